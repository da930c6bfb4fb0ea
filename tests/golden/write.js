// Writes a token file with the FileStore of a Zoho SDK for Node: `write.js PACKAGE FILE`.
const [name, file] = process.argv.slice(2);
const path = require("path");
const folder = name.includes("typescript") ? "dist" : "lib";
const load = (module) => require(path.join(process.env.NODE_PATH, name, folder, module));

const { FileStore } = load("models/authenticator/store/file_store");
const { OAuthBuilder } = load("models/authenticator/oauth_builder");
const { UserSignature } = load("routes/user_signature");

const client = (token) => token.clientId("1000.CLIENT").clientSecret("client-secret");
const user = (token, name) => token.userSignature(new UserSignature(name));

async function main() {
  const store = new FileStore(file);
  const save = async (builder, expires, domain, access) => {
    const token = builder.build();
    token.setExpiresIn(expires);
    token.setAccessToken(access);
    if (domain) token.setAPIDomain(domain);
    await store.saveToken(token);
  };
  const alice = client(user(new OAuthBuilder(), "alice@x.test:60001"));
  alice.refreshToken("R-alice").grantToken("G-alice").redirectURL("https://app.x.test/oauth");
  await save(alice, "4102444800000", "https://www.zohoapis.eu", "A-alice");
  const zoe = client(user(new OAuthBuilder(), 'zoë "Z"@x.test:60002')).refreshToken("R-zoe");
  await save(zoe, "5", "https://www.zohoapis.eu", "A-zoe");
  await save(client(new OAuthBuilder()).refreshToken("R-nobody"), "4102444800000", null, "A-nobody");
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});

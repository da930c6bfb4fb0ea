"""Writes a token file with the FileStore of whichever Zoho SDK is installed."""

import sys

FAR = "4102444800000"
REDIRECT = "https://app.x.test/oauth"
EU = "https://www.zohoapis.eu"
ALICE, ZOE = "alice@x.test:60001", "zoë@x.test:60002"
QUOTED = 'O\'Brien, "Bob" <bob@x.test>'


def current(path):
    """The generations with ids, from 5.0 on: ten columns."""
    from zohocrmsdk.src.com.zoho.api.authenticator.oauth_token import OAuthToken
    from zohocrmsdk.src.com.zoho.api.authenticator.store.file_store import FileStore
    from zohocrmsdk.src.com.zoho.crm.api.user_signature import UserSignature

    store = FileStore(path)

    def save(name=None, domain=None, expires=FAR, **fields):
        token = OAuthToken(user_signature=UserSignature(name) if name else None, **fields)
        token.set_expires_in(expires)
        token.set_api_domain(domain)
        store.save_token(token)

    client = {"client_id": "1000.CLIENT", "client_secret": "client-secret"}
    save(ALICE, EU, **client, refresh_token="R-alice", access_token="A-alice",
         grant_token="G-alice", redirect_url=REDIRECT)
    save(QUOTED, **client, refresh_token="R-bob", access_token="A-bob")
    save(ZOE, EU, **client, refresh_token="R-zoe", access_token="A-zoe", expires="5")
    save(**client, refresh_token="R-nobody", access_token="A-nobody")
    save(access_token="A-alone", expires=None)


def before(path):
    """The generations that key on the user's mail: six columns, then nine."""
    from zcrmsdk.src.com.zoho.api.authenticator import oauth_token
    from zcrmsdk.src.com.zoho.api.authenticator.store.file_store import FileStore
    from zcrmsdk.src.com.zoho.crm.api.user_signature import UserSignature

    store = FileStore(path)
    client = ("1000.CLIENT", "client-secret")
    for mail, refresh, grant, access, expires in [
        ("alice@x.test", "R-alice", "G-alice", "A-alice", FAR),
        ("zoe@x.test", "R-zoe", None, "A-zoe", "5"),
    ]:
        if hasattr(oauth_token, "TokenType"):
            kind = oauth_token.TokenType.GRANT if grant else oauth_token.TokenType.REFRESH
            token = oauth_token.OAuthToken(*client, grant or refresh, kind, REDIRECT)
        else:
            token = oauth_token.OAuthToken(
                *client, grant_token=grant, refresh_token=refresh, redirect_url=REDIRECT)
        for setter, value in [("refresh_token", refresh), ("access_token", access),
                              ("expires_in", expires)]:
            if hasattr(token, "set_" + setter):
                getattr(token, "set_" + setter)(value)
            else:
                setattr(token, setter, value)
        if hasattr(token, "set_id"):
            # As the SDK itself names a token that it has just been granted.
            token.set_id(f"python_{mail.split('@')[0]}_prd_{refresh[-4:]}")
        store.save_token(UserSignature(mail), token)


try:
    import zohocrmsdk  # noqa: F401
except ModuleNotFoundError:
    before(sys.argv[1])
else:
    current(sys.argv[1])

// Puts each row of the matrix to an independent IAM evaluator, and compares.
//
// node matrix.mjs DIRECTORY_WITH_NODE_MODULES documents.json policy-matrix.json roles.json
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const [modules, ...files] = process.argv.slice(2);
const { runSimulation } = createRequire(path.resolve(modules) + path.sep)("@cloud-copilot/iam-simulate");
const [documents, rows, roles] = files.map((file) => JSON.parse(readFileSync(file, "utf8")));

const ACCOUNT = "111122223333";
const SECRETS = `arn:aws:secretsmanager:eu-west-1:${ACCOUNT}:secret:`;
const NOTHING = { Version: "2012-10-17", Statement: [{ Effect: "Deny", Action: "s3:*", Resource: "*" }] };
const EVERYTHING = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };

/** What the evaluator says of a row under a policy; whatever it could not judge is an error. */
async function verdict(row, policy) {
  const resource = /^(arn:|\*$)/.test(row.resource) ? row.resource : SECRETS + row.resource;
  const outcome = await runSimulation(
    {
      request: {
        principal: `arn:aws:iam::${ACCOUNT}:role/${row.role}`,
        action: row.action,
        resource: { resource, accountId: resource.split(":")[4] || ACCOUNT },
        contextVariables: { "aws:PrincipalAccount": ACCOUNT, ...row.context },
      },
      identityPolicies: [{ name: row.role, policy }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      // As the policy of a key says that IAM decides; secrets have none.
      resourcePolicy: row.action.startsWith("kms:")
        ? { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: "kms:*", Resource: "*" }] }
        : undefined,
    },
    {},
  );
  if (outcome.resultType === "error") return `an error: ${JSON.stringify(outcome.errors)}`;
  const results = outcome.results ?? [outcome.result];
  const ignored = results.flatMap((result) => result.ignoredContextKeys ?? []);
  if (ignored.length > 0) return `an error: the evaluator does not know ${ignored}`;
  return outcome.overallResult === "Allowed" ? "allowed" : "denied";
}

const faults = [];
for (const [number, row] of rows.entries()) {
  const at = `row ${number + 1} (${row.setup}, ${row.role}, ${row.action} on ${row.resource}: ${row.why})`;
  const policy = documents[row.setup]?.[row.role];
  if (!policy) {
    faults.push(`${at}: there is no such policy`);
    continue;
  }
  const said = await verdict(row, policy);
  if (said !== row.expected) faults.push(`${at}: expected ${row.expected}, got ${said}`);
  // A row that no policy could fail would prove nothing.
  const opposite = row.expected === "allowed" ? NOTHING : EVERYTHING;
  const foreign = row.resource.startsWith("arn:") && !row.resource.includes(ACCOUNT);
  if (!foreign && (await verdict(row, opposite)) === row.expected) faults.push(`${at}: it cannot fail`);
}
// Each action that is granted is tried out, and granted somewhere.
const setups = { operator: "operator_reads", operator_without_values: "plain" };
for (const [name, actions] of Object.entries(roles)) {
  if (name === "exceptions") continue;
  const role = name.split("_")[0];
  const tried = rows.filter((row) => row.role === role && row.expected === "allowed" && (setups[name] !== "plain" || row.setup === "plain"));
  for (const action of actions) {
    if (!tried.some((row) => row.action === action)) faults.push(`no row tries ${action} as ${name}`);
  }
}
for (const fault of faults) console.log(`  ${fault}`);
const allowed = rows.filter((row) => row.expected === "allowed").length;
console.log(`matrix: ${rows.length} rows, ${allowed} allowed and ${rows.length - allowed} denied; ${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);

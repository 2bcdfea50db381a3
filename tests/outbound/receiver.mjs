// A receiver as its documentation writes one: verifies each request on stdin, answers a list of true and false.
import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";

const isVerified = ({ secret, body, headers }) => {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
};

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(isVerified)));

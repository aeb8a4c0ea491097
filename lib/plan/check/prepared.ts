import { type AskingCheck, ok, refuse } from "./check.ts";

export const prepared: AskingCheck = {
  name: "prepared transactions",
  asks: true,
  about: "no prepared transaction is open, whose rows a dump would not have",
  worst: "refuse",
  remedy: "commit or roll back prepared transactions",
  major: true,
  look({ server }) {
    return server.preparedTransactions === 0 ? ok("none") : refuse(
      `${server.preparedTransactions} prepared transactions are open`,
      "COMMIT PREPARED or ROLLBACK PREPARED each: see pg_prepared_xacts",
    );
  },
};

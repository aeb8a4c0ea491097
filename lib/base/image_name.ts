/** Names of images, such as `registry:5000/team/postgres:17@sha256:…`. */

export const withoutDigest = (reference: string): string =>
  reference.replace(/@.*$/, "");

/** Without its tag and digest. */
export const nameOf = (reference: string): string =>
  withoutDigest(reference).replace(/:[^/:]*$/, "");

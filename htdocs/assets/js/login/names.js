// The server's rules for a username and a new account's password, checked before the server refuses them.
const MinPassword = 8;
const MaxPassword = 1024;

/** What is wrong with it, or "". */
export function wrongWithName(name) {
  if (!name) return "Write your username.";
  if (name.length > 32) return "A username has at most 32 characters.";
  return /^[A-Za-z0-9_.-]+$/.test(name) ? "" : "A username has letters from A to Z, digits, “_”, “.” and “-” only.";
}

export function wrongWithNewPassword(name, password) {
  const length = [...password].length;
  if (length < MinPassword) return `There is no account ${name} yet. To create it, choose a password of at least ${MinPassword} characters.`;
  return length > MaxPassword ? `A password has at most ${MaxPassword} characters.` : "";
}

// An authority of certificates, made by OpenSSL, and the certificates that it issues.
import { execFile } from "node:child_process";
import fs from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const Key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

export class Authority {
  /** In an empty folder. */
  static async create(folder) {
    const authority = new Authority(folder);
    await fs.mkdir(folder, { recursive: true });
    await run("openssl", ["req", "-x509", ...Key, "-days", "2", "-subj", `/CN=${path.basename(folder)}`, "-keyout", authority.key, "-out", authority.certificate]);
    return authority;
  }

  constructor(folder) {
    this.folder = folder;
    this.certificate = path.join(folder, "authority.pem");
    this.key = path.join(folder, "authority-key.pem");
  }

  /** `names` as OpenSSL writes them: `DNS:localhost,IP:127.0.0.1`. A negative number of days: it has expired. */
  async issue(name, { names = "DNS:localhost,IP:127.0.0.1", days = 2 } = {}) {
    const [certificate, key, request, extensions] = ["pem", "key", "csr", "ext"].map((end) => path.join(this.folder, `${name}.${end}`));
    await run("openssl", ["req", "-new", ...Key, "-subj", `/CN=${name}`, "-keyout", key, "-out", request]);
    await fs.writeFile(extensions, `subjectAltName=${names}\n`);
    const sign = (time) =>
      run("openssl", ["x509", "-req", "-in", request, "-CA", this.certificate, "-CAkey", this.key, "-CAcreateserial", ...time, "-extfile", extensions, "-out", certificate]);
    const signing = sign(["-days", String(days)]);
    // OpenSSL 3.4 and later refuse a negative number, but take dates, which earlier ones don't.
    await (days > 0 ? signing : signing.catch(() => sign(["-not_before", "20200101000000Z", "-not_after", "20200102000000Z"])));
    return { certificate, key };
  }
}

// A private plugin folder, filled in the way of operators.
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { pluginFolder } from "./server.mjs";

/** The plugins that only tests load. */
export const testPlugins = path.join(pluginFolder, "../tests/plugins");

export class PluginFolder {
  static async make() {
    return new PluginFolder(await fs.mkdtemp(path.join(os.tmpdir(), "chat-plugins-")));
  }

  constructor(folder) {
    this.folder = folder;
  }

  path(name) {
    return path.join(this.folder, name);
  }

  /** Copies the file under a hidden name and renames it, so that half a file is never seen; it gets a newer time than
   * all others. */
  async drop(plugin, as = `${plugin}.so`) {
    const hidden = this.path(`.${as}`);
    await fs.copyFile(path.join(testPlugins, `${plugin}.so`), hidden);
    await fs.rename(hidden, this.path(as));
  }

  /** Overwrites the file in place, like `cp`. */
  async overwrite(plugin, as) {
    await fs.copyFile(path.join(testPlugins, `${plugin}.so`), this.path(as));
  }

  async write(name, text) {
    await fs.writeFile(this.path(name), text);
  }

  async remove(name) {
    await fs.rm(this.path(name));
  }

  dispose() {
    return fs.rm(this.folder, { recursive: true, force: true });
  }
}

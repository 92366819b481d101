// A plugin folder of the test's own, filled as operators fill one.
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

  /** Copied beside under a hidden name and renamed, so that nobody sees half a file; newer than all that is there. */
  async drop(plugin, as = `${plugin}.so`) {
    const hidden = this.path(`.${as}`);
    await fs.copyFile(path.join(testPlugins, `${plugin}.so`), hidden);
    await fs.rename(hidden, this.path(as));
  }

  /** Opened and overwritten where it lies, as `cp` does it. */
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

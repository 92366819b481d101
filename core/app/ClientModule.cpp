#include "app/ClientModule.h"

#include <Poco/URI.h>

namespace chat::app {

std::string bundleFor(const std::filesystem::path& folder, bool msgpack) {
  // The bundle with the other parser comes as one file only.
  if (msgpack) return "socket.io.msgpack.min.js";
  return exists(folder / "socket.io.min.js") ? "socket.io.min.js" : "socket.io.js";
}

std::string clientModule(const std::string& path, const std::string& bundle) {
  std::string address;
  Poco::URI::encode(path, "\"'\\?#`", address);
  address.insert(0, 1, '.');
  return "// Made by the server from socketio.path and socketio.parser.\n"
         "import \"" +
         address + bundle +
         "\";\n"
         "export const io = globalThis.io;\n"
         "export const path = decodeURI(new URL(\"" +
         address + "\", import.meta.url).pathname);\n";
}

}  // namespace chat::app

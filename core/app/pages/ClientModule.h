#pragma once

#include <filesystem>
#include <string>

namespace chat::app {

/// The bundle of the browser client that this server's pages load: the smallest one of `folder` with that parser.
/// Returns only its name; the caller checks that it exists.
std::string bundleFor(const std::filesystem::path& folder, bool msgpack);

/// An ES module that tells pages where Socket.IO is served, which is a setting: `export const io`, the client's
/// function, and `export const path`, its option of that name. It is served at the root of the server, and its URLs are
/// relative to its own, so that it also works below a proxy's path prefix. `path` is the endpoint's, with a slash at
/// both ends.
std::string clientModule(const std::string& path, const std::string& bundle);

}  // namespace chat::app

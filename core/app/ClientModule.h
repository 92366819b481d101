#pragma once

#include <filesystem>
#include <string>

namespace chat::app {

/// The bundle of the browser's client that pages of this server load: the smallest of `folder` that speaks with that
/// parser. Only its name; whether it exists is for the caller to see.
std::string bundleFor(const std::filesystem::path& folder, bool msgpack);

/// An ES module that pages import instead of knowing where Socket.IO is served, which is a setting:
/// `export const io`, the client's own function, and `export const path`, its option of that name. It lies at the root
/// of the server, and its addresses are relative to its own, so that it is right below a proxy's path prefix as well.
/// `path` is the endpoint's, with a slash at both ends.
std::string clientModule(const std::string& path, const std::string& bundle);

}  // namespace chat::app

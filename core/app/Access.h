#pragma once

#include <filesystem>
#include <string>

namespace chat::app {

/// Whether this process' user may do what the configuration asks for at a path. Each function gives a sentence's rest
/// that follows the setting's name ("is '/x', but …"); empty if nothing speaks against it. Nothing is made or changed:
/// root is told less than the user of a service would be. Thread: any that may block.

/// A folder that is there or can be made, and that files can be put into.
std::string faultOfWritableFolder(const std::filesystem::path& folder);
/// A file that can be written, or made in a folder that is there.
std::string faultOfWritableFile(const std::filesystem::path& file);
/// Whether code can be mapped from files in the folder: its file system isn't mounted `noexec`.
std::string faultOfExecutableFolder(const std::filesystem::path& folder);

}  // namespace chat::app

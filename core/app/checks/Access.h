#pragma once

#include <filesystem>
#include <string>

namespace chat::app {

/// Whether this process' user may use a path as the configuration demands. Each function returns the end of a sentence
/// that begins with the setting's name ("is '/x', but …"); empty if there is no fault. Nothing is created or changed,
/// so for root fewer faults are found than for a service's user. Thread: any that may block.

/// A folder that exists or can be created, and in which files can be created.
std::string faultOfWritableFolder(const std::filesystem::path& folder);
/// A file that can be written, or created in an existing folder.
std::string faultOfWritableFile(const std::filesystem::path& file);
/// Whether code can be mapped from files in the folder: its file system isn't mounted `noexec`.
std::string faultOfExecutableFolder(const std::filesystem::path& folder);

}  // namespace chat::app

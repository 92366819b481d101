#pragma once

#include <filesystem>
#include <string>

namespace chat::plugin {

/// Throws Refused if `list` doesn't have the name of `file` with the digest of `bytes`, can't be read, or may be
/// written by others. A list has the format of `sha256sum`: `HEX  NAME` a line. It is read each time, so it may change
/// while the server runs. Thread: any that may block.
void checkDigest(const std::filesystem::path& list, const std::filesystem::path& file, const std::string& bytes);

}  // namespace chat::plugin

#pragma once

#include <filesystem>
#include <string>

namespace chat::plugin {

/// Throws Refused where `list`, in the format of `sha256sum` (`HEX  NAME` a line), doesn't have this file's name with
/// the digest of these bytes, or can't be read or may be written by others. The list is read each time, so that it may
/// change while the server runs. Thread: any that may block.
void checkDigest(const std::filesystem::path& list, const std::filesystem::path& file, const std::string& bytes);

}  // namespace chat::plugin

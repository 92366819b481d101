#pragma once

#include <map>
#include <string>
#include <string_view>

namespace chat::plugin {

/// Every property of a file's text by its full name, as it is written there: nothing is expanded, so that a value may
/// hold a `$`. A byte order mark at the start, which some editors write, is skipped. Errors: Poco::Exception if the
/// text is malformed. Thread: any.
std::map<std::string, std::string> rawProperties(std::string_view text);

}  // namespace chat::plugin

#pragma once

#include <map>
#include <string>
#include <string_view>

namespace chat::plugin {

/// The properties in the text of a properties file, by their full names. Values are as written, nothing is expanded: a
/// value may have a `$`. A byte order mark at the start, which some editors write, is skipped. Errors: Poco::Exception
/// if the text is malformed. Thread: any.
std::map<std::string, std::string> rawProperties(std::string_view text);

}  // namespace chat::plugin

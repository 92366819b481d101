#pragma once

#include <Poco/Util/AbstractConfiguration.h>

#include <map>
#include <string>

namespace chat::plugin {

/// Every property of a file as it is written there, by its full name: nothing is expanded, so that a value may hold a
/// `$`. Thread: any.
std::map<std::string, std::string> rawProperties(const Poco::Util::AbstractConfiguration& file);

}  // namespace chat::plugin

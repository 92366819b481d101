#include "plugin/PropertyFile.h"

namespace chat::plugin {
namespace {

using Poco::Util::AbstractConfiguration;

void collect(const AbstractConfiguration& file, const std::string& parent, std::map<std::string, std::string>& into) {
  AbstractConfiguration::Keys children;
  file.keys(parent, children);
  for (const auto& child : children) {
    const auto name = parent.empty() ? child : parent + '.' + child;
    // A property and the group of the same name may both exist; only the raw text is what was written.
    if (file.hasProperty(name)) into[name] = file.getRawString(name);
    collect(file, name, into);
  }
}

}  // namespace

std::map<std::string, std::string> rawProperties(const AbstractConfiguration& file) {
  std::map<std::string, std::string> properties;
  collect(file, "", properties);
  return properties;
}

}  // namespace chat::plugin

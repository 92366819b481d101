#include "plugin/settings/PropertyFile.h"

#include <Poco/AutoPtr.h>
#include <Poco/Util/PropertyFileConfiguration.h>

#include <sstream>

namespace chat::plugin {
namespace {

using Poco::Util::AbstractConfiguration;

constexpr std::string_view ByteOrderMark = "\xEF\xBB\xBF";

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

std::map<std::string, std::string> rawProperties(std::string_view text) {
  if (text.starts_with(ByteOrderMark)) text.remove_prefix(ByteOrderMark.size());
  std::istringstream stream{std::string(text)};
  const Poco::AutoPtr<Poco::Util::PropertyFileConfiguration> source(new Poco::Util::PropertyFileConfiguration(stream));
  std::map<std::string, std::string> properties;
  collect(*source, "", properties);
  return properties;
}

}  // namespace chat::plugin

#include "plugin/folder/PluginStamp.h"

#include "plugin/settings/BesideProperties.h"

namespace chat::plugin {

PluginStamp PluginStamp::of(const std::filesystem::path& library) {
  return {FileStamp::of(library), FileStamp::of(BesideProperties::pathFor(library))};
}

}  // namespace chat::plugin

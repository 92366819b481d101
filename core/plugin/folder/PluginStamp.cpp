#include "plugin/folder/PluginStamp.h"

#include "plugin/settings/SidecarProperties.h"

namespace chat::plugin {

PluginStamp PluginStamp::of(const std::filesystem::path& library) {
  return {FileStamp::of(library), FileStamp::of(SidecarProperties::pathFor(library))};
}

}  // namespace chat::plugin

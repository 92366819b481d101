#pragma once

#include "plugin/file/ElfImage.h"

namespace chat::plugin {

/// Throws Refused if the library exports more than a plugin's entry points, or doesn't export what its class is created
/// by. A library with other exports was linked without the version script of chat_add_plugin: its symbols could take
/// the place of another plugin's, and another plugin's the place of its own. Thread: any.
void checkExports(const ElfImage& image);

}  // namespace chat::plugin

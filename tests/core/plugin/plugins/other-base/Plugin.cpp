// Exports a class by hand that isn't a Plugin.
#include "plugin/api/Plugin.h"

class Foreign {
 public:
  virtual ~Foreign() = default;
};
class Stranger final : public Foreign {};

extern "C" {
CHAT_PLUGIN_API extern const char chatPluginIdentity[];
__attribute__((section(".chat_plugin"), used)) const char chatPluginIdentity[] =
    "chat-socketio plugin\n" CHAT_PLUGIN_BUILD "name other-base\nversion 1\nclass Stranger\n";
}
POCO_BEGIN_MANIFEST(Foreign)
POCO_EXPORT_CLASS(Stranger)
POCO_END_MANIFEST

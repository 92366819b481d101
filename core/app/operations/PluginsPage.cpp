#include "app/operations/PluginsPage.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <sstream>

#include "app/operations/CommandPage.h"
#include "app/stack/SocketStack.h"

namespace chat::app {
namespace {

using plugin::PluginStatus;
using Poco::JSON::Array;
using Poco::JSON::Object;
using Count = Poco::UInt64;

Object eventOf(const std::string& name, const plugin::EventStats::Totals& totals) {
  Object event;
  event.set("event", name);
  event.set("calls", Count{totals.calls});
  event.set("refused", Count{totals.refused});
  event.set("faults", Count{totals.faults});
  event.set("unavailable", Count{totals.unavailable});
  event.set("timeouts", Count{totals.timeouts});
  event.set("rejected", Count{totals.rejected});
  event.set("meanMicroseconds", totals.timed == 0 ? Count{0} : Count{totals.microseconds / totals.timed});
  return event;
}

void describeRunning(Object& object, plugin::Generation& plugin) {
  object.set("runningVersion", plugin.identity().version);
  object.set("generation", Count{plugin.number()});
  object.set("service", plugin::nameOf(plugin.faults().state()));
  object.set("calls", Count{plugin.callsInside()});
  object.set("queue", Count{plugin.workers().queued()});
  object.set("running", Count{plugin.workers().running()});
  object.set("stuck", Count{plugin.workers().stuck()});
}

Object fileOf(const PluginStatus& status) {
  Object file(Poco::JSON_PRESERVE_KEY_ORDER);
  file.set("file", status.file);
  file.set("state", plugin::nameOf(status.state));
  file.set("name", status.name);
  file.set("version", status.version);
  if (!status.reason.empty()) file.set("refusal", status.reason);
  if (status.plugin) describeRunning(file, *status.plugin);
  Array events;
  for (const auto& event : status.events) {
    const bool isServed = status.plugin && status.plugin->serves(event);
    events.add(isServed ? eventOf(event, status.plugin->statsOf(event)->totals()) : eventOf(event, {}));
  }
  for (const auto& role : status.plugin ? status.plugin->roles() : std::vector<std::string>()) {
    events.add(eventOf(role, status.plugin->statsOf(role)->totals()));
  }
  file.set("events", events);
  return file;
}

}  // namespace

std::string describePlugins(const SocketStack& stack) {
  // Read before the results: a client that waits for this number then sees the results of that look or of a later one.
  const auto* const folder = stack.pluginFolder();
  const auto looks = folder ? folder->looksByHand() : 0;
  const auto overview = stack.pluginHost().overview();
  Object all(Poco::JSON_PRESERVE_KEY_ORDER);
  Array files;
  for (const auto& status : overview->files) files.add(fileOf(status));
  all.set("plugins", files);
  Array retired;
  for (const auto& one : overview->retired) {
    Object entry(Poco::JSON_PRESERVE_KEY_ORDER);
    entry.set("name", one.name);
    entry.set("version", one.version);
    entry.set("generation", Count{one.generation});
    entry.set("state", plugin::nameOf(one.state));
    entry.set("calls", Count{one.callsInside});
    if (!one.heldBy.empty()) entry.set("heldBy", one.heldBy);
    retired.add(entry);
  }
  all.set("retired", retired);
  all.set("looksByHand", Count{looks});
  all.set("settingsTaken", !folder || folder->settingsTaken());
  all.set("loads", Count{overview->loads});
  all.set("replacements", Count{overview->replacements});
  all.set("refusals", Count{overview->refusals});
  all.set("unmapped", Count{overview->unmapped});
  all.set("stillMapped", Count{overview->stillMapped});
  std::ostringstream text;
  all.stringify(text, 2);
  return text.str() + '\n';
}

void PluginsPage::handle(http::Exchange& exchange) {
  exchange.respond({200, "application/json", describePlugins(_stack)});
}

void RescanPage::handle(http::Exchange& exchange) {
  if (isFromPage(exchange.request())) {
    return exchange.respond({403, "text/plain; charset=utf-8", "pages in a browser may not ask for it\n"});
  }
  _rescan();
  exchange.respond({202, "text/plain; charset=utf-8", "the plugin folder is looked at; see /plugins\n"});
}

}  // namespace chat::app

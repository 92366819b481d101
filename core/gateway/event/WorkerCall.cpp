#include "gateway/event/WorkerCall.h"

#include <chrono>
#include <string_view>

#include "base/RequestStart.h"
#include "gateway/event/EventRequest.h"

namespace chat::gateway {
namespace {

using SteadyClock = std::chrono::steady_clock;

// An answer may wait for other events of its client for so long; a trip over the threads costs a fifth of it.
constexpr std::chrono::microseconds QuickEnough{50};
// So often a handler must have been quick in a row, on this thread, before anything waits for it.
constexpr unsigned QuickCalls = 8;

struct Habit {
  const plugin::EventHandler* handler = nullptr;
  unsigned quickCalls = 0;
};
thread_local Habit habit;

}  // namespace

void WorkerCall::run() {
  const base::RequestStart::Scope requestStart(received);
  const auto start = SteadyClock::now();
  auto before = start;
  if (plugin) begins(start, plugin->limits().timeout);
  while (done < steps.size()) {
    current.set(static_cast<std::int64_t>(done));
    auto& step = steps[done];
    const auto& event = step.event;
    const std::vector<std::string_view> attachments(event.attachments.begin(), event.attachments.end());
    const EventRequest request(event.name, event.args, attachments, event.ticket.wanted(), *caller);
    if (plugin) step.reply.setSockets(plugin->sockets());
    if (sendable) step.reply.setRules(*sendable, attachments.size());
    std::optional<LatePlace> latePlace;
    if (late && plugin) step.reply.setPlace(&latePlace.emplace(*late, *plugin, *step.stats));
    step.failure =
        plugin::callPlugin([&] { packet ? packet->packet(request) : step.handler->handle(request, step.reply); });
    step.reply.setPlace(nullptr);
    if (step.failure) step.reply.clear();
    ++done;

    const auto now = SteadyClock::now();
    if (habit.handler != step.handler) habit = {step.handler, 0};
    step.took = now - before;
    habit.quickCalls = step.took < QuickEnough ? habit.quickCalls + 1 : 0;
    before = now;
    if (done == steps.size() || step.reply.changesCaller() || now - start >= QuickEnough) break;
    if (habit.quickCalls < QuickCalls || steps[done].handler != step.handler) break;
  }
  guard = {};
}

}  // namespace chat::gateway

#include "app/operations/MetricsPage.h"

#include <prometheus/text_serializer.h>

#include <chrono>
#include <condition_variable>
#include <initializer_list>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "app/stack/SocketStack.h"

namespace chat::app {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::initializer_list<std::pair<std::string, std::string>>;

constexpr std::chrono::seconds LoopWait{1};
constexpr double MicrosecondsPerSecond = 1e6;

ClientMetric labelled(Labels labels) {
  ClientMetric metric;
  for (const auto& [name, value] : labels) {
    ClientMetric::Label label;
    label.name = name;
    label.value = value;
    metric.label.push_back(std::move(label));
  }
  return metric;
}

class Family {
 public:
  Family(const char* name, const char* help, MetricType type) {
    _family.name = name;
    _family.help = help;
    _family.type = type;
  }
  void add(Labels labels, double value) {
    auto metric = labelled(labels);
    (_family.type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
    _family.metric.push_back(std::move(metric));
  }
  void add(ClientMetric metric) { _family.metric.push_back(std::move(metric)); }
  void into(std::vector<MetricFamily>& all) {
    if (!_family.metric.empty()) all.push_back(std::move(_family));
  }

 private:
  MetricFamily _family;
};

void addSingle(std::vector<MetricFamily>& all, const char* name, const char* help, MetricType type, double value) {
  Family family(name, help, type);
  family.add({}, value);
  family.into(all);
}

ClientMetric histogramOf(const plugin::StatsRegistry::Key& key, const plugin::EventStats::Totals& totals) {
  auto metric = labelled({{"plugin", key.first}, {"event", key.second}});
  metric.histogram.sample_count = totals.timed;
  metric.histogram.sample_sum = static_cast<double>(totals.microseconds) / MicrosecondsPerSecond;
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < totals.buckets.size(); ++i) {
    ClientMetric::Bucket bucket;
    below += totals.buckets[i];
    bucket.cumulative_count = below;
    bucket.upper_bound = i < plugin::EventStats::Bounds.size()
                             ? static_cast<double>(plugin::EventStats::Bounds[i]) / MicrosecondsPerSecond
                             : std::numeric_limits<double>::infinity();
    metric.histogram.bucket.push_back(bucket);
  }
  return metric;
}

void addEvents(std::vector<MetricFamily>& all, const SocketStack& stack) {
  Family events("chat_events_total", "Events by their outcome", MetricType::Counter);
  Family seconds("chat_event_seconds", "Time that handlers took; of inline handlers every sixteenth call is timed",
                 MetricType::Histogram);
  for (const auto& [key, stats] : stack.pluginHost().stats().all()) {
    const auto totals = stats->totals();
    const std::pair<const char*, std::uint64_t> outcomes[] = {
        {"handled", totals.calls - totals.refused - totals.faults - totals.unavailable},
        {"refused", totals.refused},
        {"fault", totals.faults},
        {"unavailable", totals.unavailable},
        {"timeout", totals.timeouts},
        {"rejected", totals.rejected}};
    for (const auto& [outcome, count] : outcomes) {
      events.add({{"plugin", key.first}, {"event", key.second}, {"outcome", outcome}}, static_cast<double>(count));
    }
    seconds.add(histogramOf(key, totals));
  }
  events.into(all);
  seconds.into(all);
}

void addPlugins(std::vector<MetricFamily>& all, const SocketStack& stack) {
  const auto overview = stack.pluginHost().overview();
  Family up("chat_host_plugin_up", "1: in service, 0: out of service because of faults", MetricType::Gauge);
  Family inside("chat_host_plugin_calls", "Calls that run in a plugin or wait for its workers", MetricType::Gauge);
  Family queued("chat_host_plugin_queue", "Calls that wait for a plugin's workers", MetricType::Gauge);
  Family stuck("chat_host_plugin_stuck", "Workers of a plugin whose call exceeds its time-out", MetricType::Gauge);
  for (const auto& file : overview->files) {
    if (!file.plugin) continue;
    auto& plugin = *file.plugin;
    const auto& name = plugin.identity().name;
    up.add({{"plugin", name}, {"version", plugin.identity().version}},
           plugin.faults().state() == plugin::FaultWindow::State::Serving ? 1 : 0);
    inside.add({{"plugin", name}}, static_cast<double>(plugin.callsInside()));
    queued.add({{"plugin", name}}, static_cast<double>(plugin.workers().queued()));
    stuck.add({{"plugin", name}}, static_cast<double>(plugin.workers().stuck()));
  }
  for (auto* const family : {&up, &inside, &queued, &stuck}) family->into(all);
  std::size_t parked = 0;
  for (const auto& retired : overview->retired) {
    if (retired.state == plugin::RetiredPlugin::State::Parked) ++parked;
  }
  const auto counter = MetricType::Counter;
  addSingle(all, "chat_host_loads_total", "Plugins that were loaded", counter, static_cast<double>(overview->loads));
  addSingle(all, "chat_host_replacements_total", "Loaded plugins that replaced another one", counter,
            static_cast<double>(overview->replacements));
  addSingle(all, "chat_host_refusals_total", "Files of the plugin folder that were refused", counter,
            static_cast<double>(overview->refusals));
  addSingle(all, "chat_host_unmapped_total", "Retired plugins that were unmapped", counter,
            static_cast<double>(overview->unmapped));
  addSingle(all, "chat_host_still_mapped_total", "Retired plugins that the dynamic loader keeps mapped", counter,
            static_cast<double>(overview->stillMapped));
  addSingle(all, "chat_host_parked", "Retired plugins with calls that don't return", MetricType::Gauge,
            static_cast<double>(parked));
}

/// Metrics that only the loop's thread can read.
struct LoopState {
  std::size_t connections = 0;
  std::vector<engineio::Server::Sessions> sessions;
};

/// The state of each loop; nothing for a loop that didn't answer in time. A late answer is still written safely, since
/// the results are shared.
std::vector<std::optional<LoopState>> statesOf(const engineio::Server& engine, net::LoopGroup& loops) {
  struct Answers {
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<std::optional<LoopState>> states;
    std::size_t missing = 0;
  };
  const auto answers = std::make_shared<Answers>();
  answers->states.resize(loops.size());
  answers->missing = loops.size();
  for (unsigned index = 0; index < loops.size(); ++index) {
    auto& loop = loops.at(index);
    loop.post([answers, index, &loop, &engine] {
      LoopState state{loop.connectionCount(), engine.sessions(loop)};
      const std::lock_guard lock(answers->mutex);
      answers->states[index] = std::move(state);
      if (--answers->missing == 0) answers->changed.notify_all();
    });
  }
  std::unique_lock lock(answers->mutex);
  answers->changed.wait_for(lock, LoopWait, [&] { return answers->missing == 0; });
  return answers->states;
}

void addLoops(std::vector<MetricFamily>& all, SocketStack& stack, net::LoopGroup& loops) {
  Family up("chat_loop_up", "Whether the loop has answered within a second", MetricType::Gauge);
  Family connections("chat_loop_connections", "Connections of the loop", MetricType::Gauge);
  Family sessions("chat_sessions", "Engine.IO sessions by their transport", MetricType::Gauge);
  const auto states = statesOf(stack.engine(), loops);
  for (std::size_t loop = 0; loop < states.size(); ++loop) {
    const auto label = std::to_string(loop);
    const auto& state = states[loop];
    up.add({{"loop", label}}, state ? 1 : 0);
    if (!state) continue;
    connections.add({{"loop", label}}, static_cast<double>(state->connections));
    for (const auto& [transport, count] : state->sessions) {
      sessions.add({{"loop", label}, {"transport", std::string(transport)}}, static_cast<double>(count));
    }
  }
  Family slow("chat_slow_clients_total",
              "Clients closed because too many bytes waited for their connection or next poll", MetricType::Counter);
  Family together("chat_sends_together_total", "Sends that went to the kernel together with others, by io_uring",
                  MetricType::Counter);
  Family sockets("chat_sockets_total", "Sockets that asked to enter a namespace", MetricType::Counter);
  Family unknown("chat_unknown_events_total", "Events that no plugin handles", MetricType::Counter);
  std::array<std::uint64_t, gateway::ShardCounters::Reasons> left{};
  for (unsigned loop = 0; loop < loops.size(); ++loop) {
    const auto& counters = stack.shardCounters(loop);
    sockets.add({{"loop", std::to_string(loop)}}, static_cast<double>(counters.sockets.value()));
    unknown.add({{"loop", std::to_string(loop)}}, static_cast<double>(counters.unknownEvents.value()));
    together.add({{"loop", std::to_string(loop)}}, static_cast<double>(loops.at(loop).sendsTogether()));
    slow.add({{"loop", std::to_string(loop)}, {"queue", "connection"}},
             static_cast<double>(loops.at(loop).slowPeers()));
    slow.add({{"loop", std::to_string(loop)}, {"queue", "polling"}},
             static_cast<double>(stack.engine().slowPolls(loop)));
    for (std::size_t i = 0; i < left.size(); ++i) left[i] += counters.disconnects[i].value();
  }
  Family disconnects("chat_disconnects_total", "Sockets that left a namespace, by the reason", MetricType::Counter);
  for (std::size_t i = 0; i < left.size(); ++i) {
    disconnects.add({{"reason", std::string(socketio::name(static_cast<socketio::DisconnectReason>(i)))}},
                    static_cast<double>(left[i]));
  }
  for (auto* const family : {&up, &connections, &sessions, &sockets, &unknown, &slow, &together, &disconnects})
    family->into(all);
}

void addRefusals(std::vector<MetricFamily>& all, const engineio::RefusalLog& refusals) {
  Family refused("chat_handshakes_refused_total",
                 "Engine.IO requests that were refused, by the code that the client got", MetricType::Counter);
  for (const auto& text : engineio::RefusalTexts) {
    refused.add({{"code", std::to_string(text.code)}, {"name", std::string(text.name)}},
                static_cast<double>(refusals.count(text.cause)));
  }
  refused.into(all);
}

}  // namespace

std::vector<MetricFamily> collectMetrics(SocketStack& stack, net::LoopGroup& loops) {
  std::vector<MetricFamily> all;
  addEvents(all, stack);
  addPlugins(all, stack);
  addLoops(all, stack, loops);
  addRefusals(all, stack.refusals());
  const auto gauge = MetricType::Gauge;
  const auto& gateway = stack.gateway();
  addSingle(all, "chat_inline_calls_held_total", "Inline calls that blocked a loop too long", MetricType::Counter,
            static_cast<double>(gateway.heldCalls()));
  addSingle(all, "chat_inline_handlers_moved_total", "Inline handlers that were moved to workers", MetricType::Counter,
            static_cast<double>(gateway.movedHandlers()));
  addSingle(all, "chat_admissions_queue", "Connects and disconnects that wait for a thread", gauge,
            static_cast<double>(gateway.admissions().queued()));
  addSingle(all, "chat_replays_queue", "Replays that wait for a thread", gauge,
            static_cast<double>(gateway.replays().queued()));
  addSingle(all, "chat_database_sessions_in_use", "Sessions of the database that are in use", gauge,
            static_cast<double>(stack.database().sessionsInUse()));
  addSingle(all, "chat_database_waiting_for_commit", "Transactions that wait for their commit", gauge,
            static_cast<double>(stack.database().waitingForCommit()));
  for (auto& family : stack.pluginMetrics().collect()) all.push_back(std::move(family));
  return all;
}

void MetricsPage::handle(http::Exchange& exchange) {
  const auto text = prometheus::TextSerializer().Serialize(collectMetrics(_stack, _loops));
  exchange.respond({200, "text/plain; version=0.0.4; charset=utf-8", text});
}

}  // namespace chat::app

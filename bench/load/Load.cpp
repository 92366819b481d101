#include "load/Load.h"

#include <Poco/Format.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace bench {
namespace {

constexpr std::size_t ConnectingAtOnce = 200;  // less than the backlog of every server
constexpr double HeldUp = 0.0003;              // seconds without the processor that count as a pause by other programs
constexpr std::size_t MostLatencies = 1U << 25;  // reserved beforehand: moving millions would be a pause

double clockNow() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double ownCpu() {
  timespec spent{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
  return static_cast<double>(spent.tv_sec) + static_cast<double>(spent.tv_nsec) / 1e9;
}

double percentile(std::vector<float>& values, double share) {
  if (values.empty()) return 0;
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return static_cast<double>(*at);
}

}  // namespace

Load::Load(const Options& options) : _options(options), _script(options), _server(options.serverPid) {
  _epoll = epoll_create1(EPOLL_CLOEXEC);
  if (_epoll < 0) throw std::system_error(errno, std::generic_category(), "epoll");
  for (std::size_t i = 0; i < options.clients; ++i) {
    _clients.push_back(std::make_unique<Client>(static_cast<ClientOwner&>(*this), _options, _script));
  }
}

Load::~Load() {
  _clients.clear();
  ::close(_epoll);
}

std::string Load::run() {
  switch (_options.workload) {
    case Workload::Idle:
      return measureIdle();
    case Workload::Waves:
      return measureWaves();
    default:
      return measureOperations();
  }
}

// --- phases ---

void Load::connectAll() {
  const double end = clockNow() + _options.connectTimeout;
  _ready = _connecting = 0;
  for (std::size_t next = 0; _ready < _clients.size();) {
    while (next < _clients.size() && _connecting < ConnectingAtOnce) {
      ++_connecting;
      ++_open;
      _clients[next++]->open(_epoll);
    }
    turn(0.1);
    if (clockNow() > end) throw std::runtime_error("connected only " + std::to_string(_ready));
  }
}

void Load::closeAll() {
  _closing = true;
  const double end = clockNow() + _options.connectTimeout;
  for (auto& client : _clients) client->close();
  while (_open > 0 && clockNow() < end) turn(0.1);
  _closing = false;
}

void Load::runFor(double seconds) {
  const double end = clockNow() + seconds;
  while (clockNow() < end && _fault.empty()) turn(std::min(0.01, std::max(0.0, end - clockNow())));
}

void Load::turn(double longestWait) {
  if (!_fault.empty()) throw std::runtime_error(_fault);
  std::array<epoll_event, 512> events;  // NOLINT: filled by the kernel
  // With a rate it spins: a timer would be late by as much as what is measured.
  const bool spins = _working && _rate > 0;
  const int count = epoll_wait(_epoll, events.data(), static_cast<int>(events.size()),
                               spins ? 0 : static_cast<int>(longestWait * 1000));
  _now = clockNow();
  if (spins) noticeHoldUp();
  for (int i = 0; i < count; ++i) {
    auto& event = events[static_cast<std::size_t>(i)];
    auto& tag = *static_cast<Client::Tag*>(event.data.ptr);
    tag.client->onEvent(tag, event.events);
  }
  if (spins) beginDue();
  for (auto* client : std::exchange(_reopening, {})) {
    ++_connecting;
    ++_open;
    client->open(_epoll);
    client->begun.assign(1, _now);
  }
}

// --- clients ---

void Load::onReady(Client& client) {
  ++_ready;
  --_connecting;
  if (_options.workload == Workload::Storm && _working) client.close();
}

void Load::onClosed(Client& client, bool asked) {
  --_open;
  if (!asked) {
    if (!_closing) _fault = "a connection broke, or its server sent what it should not";
    return;
  }
  if (_options.workload != Workload::Storm || !_working) return;
  --_ready;
  count(client.begun.empty() ? _now : client.begun.front());
  _reopening.push_back(&client);  // the client is in a call further up the stack
}

void Load::begin(Client& client, std::size_t times) {
  client.begun.insert(client.begun.end(), times, _now);
  client.operate(times);
}

// A spinning generator always has the processor, except while other programs or the host take it. Latencies of that
// time are theirs.
void Load::noticeHoldUp() {
  const double cpu = ownCpu();
  const double missed = (_now - _lastTurn) - (cpu - _lastCpu);
  if (_lastTurn > 0 && missed > HeldUp) {
    _heldUntil = _now;
    if (_counting) _heldUp += missed;
  }
  _lastTurn = _now;
  _lastCpu = cpu;
}

// The operations whose time has come, whether or not those before them have ended: a server that stalls is charged for
// every operation that it delayed.
void Load::beginDue() {
  for (; _nextDue <= _now; _nextDue += 1 / _rate) {
    auto& client = *_clients[_nextClient++ % _clients.size()];
    client.begun.push_back(_nextDue);
    client.operate();
  }
}

void Load::onReply(Client& client) {
  if (_options.workload == Workload::Broadcast) return delivered(client);
  if (client.begun.empty()) return;
  count(client.begun.front());
  client.begun.pop_front();
  if (_working && _rate == 0) begin(client);
}

void Load::beginBroadcast() {
  _broadcasts.push_back({_now, 0});
  _clients.front()->operate();
}

void Load::delivered(Client& client) {
  if (client.deliveries >= _broadcasts.size()) return;
  auto& broadcast = _broadcasts[client.deliveries++];
  count(broadcast.since);
  if (++broadcast.received == _clients.size() && _working) beginBroadcast();
}

void Load::count(double since) {
  ++_operations;
  if (!_counting || since <= _heldUntil) return;
  _latencies.push_back(static_cast<float>((_now - since) * 1e6));
}

// --- measuring ---

// Turns the throughput that was reached without a rate into a rate: the requested share of it.
void Load::settleRate() {
  runFor(_options.warmup);
  const auto before = _operations;
  const double start = clockNow();
  runFor(_options.warmup);
  _rate = _options.share * static_cast<double>(_operations - before) / (clockNow() - start);
  _working = false;
  const auto busy = [](const auto& client) { return !client->begun.empty(); };
  for (const double end = clockNow() + 5; std::any_of(_clients.begin(), _clients.end(), busy) && clockNow() < end;) {
    turn(0.01);
  }
  _now = _nextDue = clockNow();
  _working = true;
}

Load::Spent Load::spent() const {
  return {clockNow(), _server.cpuSeconds(), ownCpu(), machineCpuSeconds()};
}

std::string Load::shares(const Spent& before, const Spent& after) {
  const double seconds = after.clock - before.clock;
  const double server = after.server - before.server;
  const double own = after.own - before.own;
  const double others = std::max(0.0, after.machine - before.machine - server - own);
  return Poco::format("\"serverShare\":%.2f,\"generatorShare\":%.2f,\"othersShare\":%.2f", server / seconds,
                      own / seconds, others / seconds);
}

std::uint64_t Load::segments() const {
  std::uint64_t sum = 0;
  if (_options.workload == Workload::Broadcast) {
    for (const auto& client : _clients) sum += client->segments();
  }
  return sum;
}

std::string Load::measureOperations() {
  connectAll();
  _latencies.reserve(MostLatencies);
  _now = _nextDue = clockNow();
  _rate = _options.rate;
  _working = true;
  if (_options.workload == Workload::Storm) {
    for (auto& client : _clients) client->close();
  } else if (_options.workload == Workload::Broadcast) {
    for (std::size_t i = 0; i < _options.depth; ++i) beginBroadcast();
  } else if (_rate == 0) {
    for (auto& client : _clients) begin(*client, _options.depth);
  }
  if (_options.share > 0) settleRate();
  runFor(_options.warmup);
  const auto segmentsBefore = segments();
  const auto before = spent();
  _operations = 0;
  _counting = true;
  runFor(_options.time);
  _counting = _working = false;
  const auto after = spent();
  const auto operations = static_cast<double>(std::max<std::uint64_t>(_operations, 1));
  const auto received = static_cast<double>(segments() - segmentsBefore);
  if (!_fault.empty()) throw std::runtime_error(_fault);
  std::string report =
      Poco::format("{\"operations\":%.0f,\"operationsPerSecond\":%.0f,\"serverMicrosecondsPerOperation\":%.3f,",
                   operations, operations / (after.clock - before.clock),
                   (after.server - before.server) / operations * 1e6) +
      Poco::format("\"p50Microseconds\":%.0f,\"p99Microseconds\":%.0f,", percentile(_latencies, 0.5),
                   percentile(_latencies, 0.99)) +
      shares(before, after);
  if (_rate > 0) {
    report += Poco::format(",\"rate\":%.0f,\"heldUpShare\":%.3f", _rate, _heldUp / (after.clock - before.clock));
  }
  if (received > 0) report += Poco::format(",\"segmentsPerOperation\":%.3f", received / operations);
  return report + "}";
}

std::string Load::measureIdle() {
  const auto before = _server.residentBytes();
  const double connecting = _server.cpuSeconds();
  connectAll();
  runFor(_options.warmup);
  const auto clients = static_cast<double>(_clients.size());
  const auto grown = static_cast<double>(_server.residentBytes()) - static_cast<double>(before);
  const auto idle = spent();
  runFor(_options.time);
  const auto after = spent();
  const double share = (after.server - idle.server) / (after.clock - idle.clock);
  return Poco::format("{\"clients\":%.0f,\"bytesPerClient\":%.0f,\"serverMicrosecondsPerConnect\":%.1f,", clients,
                      grown / clients, (idle.server - connecting) / clients * 1e6) +
         Poco::format("\"serverMillisecondsPerSecond\":%.2f,\"serverMicrosecondsPerClientAndSecond\":%.3f,",
                      share * 1e3, share / clients * 1e6) +
         shares(idle, after) + "}";
}

std::string Load::measureWaves() {
  std::string sizes;
  for (std::size_t wave = 0; wave < _options.waves; ++wave) {
    connectAll();
    closeAll();
    runFor(_options.warmup);
    sizes += (sizes.empty() ? "" : ",") + std::to_string(_server.residentBytes() / 1024);
  }
  return "{\"residentKibAfterWave\":[" + sizes + "]}";
}

}  // namespace bench

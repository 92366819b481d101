#include "net/Loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "net/ConnectionLimits.h"

namespace chat::net {
namespace {

constexpr int EventsPerTurn = 512;
constexpr base::Duration LongestWait{60'000};

// The lowest bits of an epoll event's pointer say what it points to.
constexpr std::uint64_t ConnectionTag = 0;
constexpr std::uint64_t WatchTag = 1;
constexpr std::uint64_t WakeupTag = 2;
constexpr std::uint64_t TagMask = 3;

std::uint64_t tagged(const void* pointer, std::uint64_t tag) {
  return reinterpret_cast<std::uintptr_t>(pointer) | tag;
}

void control(int epoll, int operation, int descriptor, std::uint32_t events, std::uint64_t tag) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = tag;
  if (epoll_ctl(epoll, operation, descriptor, &event) != 0) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
}

}  // namespace

Loop::Loop(unsigned index, const Options& options, const base::Clock& clock)
    : _index(index),
      _options(options),
      _clock(clock),
      _now(clock.now()),
      _timers(_now),
      _readBuffer(options.readBufferSize),
      _cork(options.readBufferSize) {
  _epoll = epoll_create1(EPOLL_CLOEXEC);
  _wakeup = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (_epoll < 0 || _wakeup < 0) throw std::system_error(errno, std::generic_category(), "event loop");
  control(_epoll, EPOLL_CTL_ADD, _wakeup, EPOLLIN, WakeupTag);
}

Loop::~Loop() {
  _connections.clear();
  ::close(_wakeup);
  ::close(_epoll);
}

void Loop::run() {
  _thread.store(std::this_thread::get_id(), std::memory_order_relaxed);
  openRing();
  while (!_stopping.load(std::memory_order_acquire)) turn();
  closeAll();
  _ring.reset();
  _thread.store(std::thread::id{}, std::memory_order_relaxed);
}

void Loop::stop() {
  _stopping.store(true, std::memory_order_release);
  wake();
}

void Loop::wake() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(_wakeup, &one, sizeof one);
}

void Loop::post(base::Task task) {
  bool mustWake = false;
  {
    const std::lock_guard lock(_postMutex);
    if (_ended) return;
    _posted.push_back(std::move(task));
    mustWake = _sleeping.load(std::memory_order_relaxed);
    if (mustWake) _sleeping.store(false, std::memory_order_relaxed);
  }
  if (mustWake) wake();
}

void Loop::defer(base::Task task) {
  _deferred.push_back(std::move(task));
}

base::Duration Loop::prepareToWait() {
  const std::lock_guard lock(_postMutex);
  if (!_posted.empty()) return base::Duration{0};
  _sleeping.store(true, std::memory_order_relaxed);
  return _timers.untilNext(_clock.now(), LongestWait);
}

void Loop::turn() {
  const auto wait = prepareToWait();
  std::array<epoll_event, EventsPerTurn> events;  // NOLINT: filled by the kernel
  const int count = epoll_wait(_epoll, events.data(), EventsPerTurn, static_cast<int>(wait.count()));
  if (count < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "epoll_wait");
  // No lock is needed: a task that is posted before runPosted is run there, with or without a wake-up.
  _sleeping.store(false, std::memory_order_relaxed);
  _now = _clock.now();
  // Before reading: a client may react to an emit from another loop, which posted to this one first.
  runPosted();
  for (int i = 0; i < count; ++i) {
    _moreReady = i + 1 < count;
    dispatch(events[static_cast<std::size_t>(i)].data.u64, events[static_cast<std::size_t>(i)].events);
  }
  sendCorkedWrites();
  _corkStart = _corkUsed = 0;
  _timers.advance(_now);
  runDeferred();
  settle();
}

void Loop::dispatch(std::uint64_t tag, std::uint32_t events) {
  const auto pointer = tag & ~TagMask;
  switch (tag & TagMask) {
    case ConnectionTag: {
      // The connection lives until the end of the turn even if an earlier event of this turn has closed it.
      auto& connection = *reinterpret_cast<Connection*>(pointer);
      if (connection._closing || connection._moving) return;
      const bool broken = (events & (EPOLLHUP | EPOLLERR)) != 0;
      if (broken || (events & EPOLLIN)) connection.onReadable(broken);
      if ((events & EPOLLOUT) && !connection._closing) connection.onWritable();
      break;
    }
    case WatchTag: {
      auto& watch = *reinterpret_cast<Watch*>(pointer);
      if (watch.descriptor >= 0) watch.onReadable();
      break;
    }
    default: {
      std::uint64_t drained = 0;
      [[maybe_unused]] const auto bytes = ::read(_wakeup, &drained, sizeof drained);
      break;
    }
  }
}

void Loop::runPosted() {
  {
    const std::lock_guard lock(_postMutex);
    _running.swap(_posted);
  }
  for (auto& task : _running) task();
  _running.clear();
}

void Loop::runDeferred() {
  for (std::size_t i = 0; i < _deferred.size(); ++i) {
    auto task = std::move(_deferred[i]);  // it may defer another one
    task();
  }
  _deferred.clear();
}

// Flushing may close a connection and closing one may write to others, so both go on until neither finds anything.
void Loop::settle() {
  while (!_dirty.empty() || !_closed.empty() || !_deferred.empty()) {
    flushDirty();
    auto closed = std::move(_closed);
    _closed.clear();
    for (auto* connection : closed) end(*connection);
    runDeferred();
  }
  auto moves = std::move(_moves);
  _moves.clear();
  for (auto& move : moves) {
    auto* target = move.target;
    auto connection = detach(*move.connection);
    target->post([target, connection = std::move(connection), then = std::move(move.then)]() mutable {
      auto& arrived = *connection;
      arrived._loop = target;
      arrived._moving = false;
      target->attach(std::move(connection));
      if (!arrived._queue.empty()) arrived.flush();
      if (arrived._handler) arrived._handler->onMoved(arrived);
      then();
    });
  }
  _endedWatches.clear();
  _graveyard.clear();
}

void Loop::end(Connection& connection) {
  if (connection._moving) {
    std::erase_if(_moves, [&connection](const Move& move) { return move.connection == &connection; });
  }
  auto owned = detach(connection);
  if (_options.connectionLimits) _options.connectionLimits->release(owned->_descriptor);
  ::close(std::exchange(owned->_descriptor, -1));
  owned->_lingerTimer.reset();
  if (owned->_handler) owned->_handler->onClosed(*owned, owned->_closeReason);
  // The handler may be in a call further up the stack (a task that it posted to itself), so it is destroyed at the end
  // of the turn.
  _graveyard.push_back(std::move(owned->_handler));
}

void Loop::closeAll() {
  for (auto& connection : _connections) connection->close(CloseReason::LoopStopped);
  settle();
  for (;;) {
    {
      const std::lock_guard lock(_postMutex);
      if (_posted.empty()) {
        _ended = true;
        return;
      }
    }
    runPosted();
    settle();
  }
}

Connection& Loop::adopt(int descriptor, std::unique_ptr<ConnectionHandler> handler) {
  auto connection = std::make_unique<Connection>(*this, descriptor);
  auto& adopted = *connection;
  adopted._handler = std::move(handler);
  attach(std::move(connection));
  if (adopted._handler) {
    adopted._handler->onOpened(adopted);
  } else {
    adopted.close();
  }
  return adopted;
}

void Loop::attach(std::unique_ptr<Connection> connection) {
  connection->_slot = static_cast<std::uint32_t>(_connections.size());
  control(_epoll, EPOLL_CTL_ADD, connection->_descriptor,
          (connection->_paused ? 0U : static_cast<std::uint32_t>(EPOLLIN)) |
              (connection->_wantWritable ? static_cast<std::uint32_t>(EPOLLOUT) : 0U),
          tagged(connection.get(), ConnectionTag));
  _connections.push_back(std::move(connection));
}

std::unique_ptr<Connection> Loop::detach(Connection& connection) {
  const auto slot = connection._slot;
  auto owned = std::move(_connections[slot]);
  if (slot + 1 != _connections.size()) {
    _connections[slot] = std::move(_connections.back());
    _connections[slot]->_slot = slot;
  }
  _connections.pop_back();
  // Closing the descriptor isn't enough: while a child process is being started it has a copy, so epoll keeps reporting
  // events, and the next one would point to a destroyed connection.
  epoll_ctl(_epoll, EPOLL_CTL_DEL, owned->_descriptor, nullptr);
  return owned;
}

void Loop::watch(int descriptor, base::UniqueFunction<void()> onReadable) {
  _watches.push_back(std::make_unique<Watch>(Watch{descriptor, std::move(onReadable)}));
  control(_epoll, EPOLL_CTL_ADD, descriptor, EPOLLIN, tagged(_watches.back().get(), WatchTag));
}

void Loop::unwatch(int descriptor) {
  const auto found = std::find_if(_watches.begin(), _watches.end(),
                                  [descriptor](const auto& watch) { return watch->descriptor == descriptor; });
  if (found == _watches.end()) return;
  epoll_ctl(_epoll, EPOLL_CTL_DEL, descriptor, nullptr);
  (*found)->descriptor = -1;
  _endedWatches.push_back(std::move(*found));
  _watches.erase(found);
}

}  // namespace chat::net

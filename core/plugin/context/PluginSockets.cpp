#include "plugin/context/PluginSockets.h"

#include <condition_variable>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "base/LogCause.h"
#include "plugin/api/AppError.h"
#include "plugin/call/PluginCall.h"

namespace chat::plugin {

/// A question that is under way: it is listed, and inside the plugin's gate, as long as this lives.
class PluginSockets::Place {
 public:
  Place(PluginSockets& owner, std::uint64_t id, CallGuard guard) : _owner(owner), _id(id), _guard(std::move(guard)) {}
  ~Place() {
    const std::lock_guard lock(_owner._mutex);
    _owner._underWay.erase(_id);
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  std::uint64_t id() const noexcept { return _id; }

 private:
  PluginSockets& _owner;
  const std::uint64_t _id;
  const CallGuard _guard;  // leaves the gate after the question has left the list
};

SocketBackend& PluginSockets::backend() const {
  if (_backend == nullptr) throw std::logic_error("there are no sockets here");
  return *_backend;
}

void PluginSockets::endAll() {
  std::vector<std::shared_ptr<Pending>> all;
  {
    const std::lock_guard lock(_mutex);
    _ending = true;
    for (const auto& [id, pending] : _underWay) {
      if (pending) all.push_back(pending);
    }
  }
  for (const auto& pending : all) pending->end(AckMissing::Reason::Stopped);
}

PluginSockets::PlaceRef PluginSockets::reserve() {
  backend();
  auto guard = _plugin.gate().enterAgain();
  if (!guard) throw AppError(503, "The plugin is being removed.");
  const std::lock_guard lock(_mutex);
  if (_underWay.size() >= _plugin.limits().questions)
    throw AppError(503, "Too many questions are under way; nothing was sent.");
  _underWay.emplace(++_last, nullptr);
  return std::make_shared<Place>(*this, _last, std::move(guard));
}

std::shared_ptr<Pending> PluginSockets::begin(PlaceRef place,
                                              const std::function<std::shared_ptr<Pending>(PlaceRef)>& call) {
  auto pending = call(place);
  bool isEnding = false;
  {
    const std::lock_guard lock(_mutex);
    _underWay[place->id()] = pending;  // still listed, since `place` lives
    isEnding = _ending;
  }
  if (isEnding) pending->end(AckMissing::Reason::Stopped);
  return pending;
}

// The callback is code of the plugin, so it is destroyed before its place, and with it the guard of the plugin's gate.
template <typename Callback, typename Result>
void PluginSockets::tell(Execution execution, PlaceRef place, Callback callback, std::shared_ptr<const Result> result) {
  auto task = [&logger = _logger, place = std::move(place), callback = std::move(callback),
               result = std::move(result)]() mutable {
    const auto failure = callPlugin([&] { callback(*result); });
    callback = {};
    if (failure) {
      base::logCause(logger, Poco::Message::PRIO_ERROR, "callback", "a callback failed: " + failure->text);
    }
    place.reset();
  };
  if (execution == Execution::Inline) return task();
  // The limit of questions bounds these tasks too. The pool stops only once the gate is empty, so it takes this one.
  static_cast<void>(_plugin.workers().submit(base::Task(std::move(task))));
}

void PluginSockets::ask(const Target& target, std::string_view event, std::string_view args, const AskOptions& options,
                        AckCallback callback, std::span<const std::string_view> attachments) {
  ask(reserve(), target, event, args, options, std::move(callback), attachments);
}

void PluginSockets::ask(PlaceRef reserved, const Target& target, std::string_view event, std::string_view args,
                        const AskOptions& options, AckCallback callback,
                        std::span<const std::string_view> attachments) {
  begin(std::move(reserved), [&](PlaceRef place) {
    return backend().ask(target, event, args, attachments, options,
                         [this, execution = options.execution, place = std::move(place),
                          callback = std::move(callback)](std::shared_ptr<const AckResult> result) mutable {
                           tell(execution, std::move(place), std::move(callback), std::move(result));
                         });
  });
}

void PluginSockets::fetch(const Target& target, Execution execution, SocketListCallback callback) {
  begin(reserve(), [&](PlaceRef place) {
    return backend().fetch(target, [this, execution, place = std::move(place),
                                    callback = std::move(callback)](std::shared_ptr<const SocketList> list) mutable {
      tell(execution, std::move(place), std::move(callback), std::move(list));
    });
  });
}

/// Waits for the question that `call(done)` begins. The second value is true if the question was ended because the time
/// was over.
template <typename Result, typename Call>
std::pair<Result, bool> PluginSockets::wait(std::chrono::milliseconds timeout, Call&& call) {
  if (backend().isLoop()) throw std::logic_error("a loop must not wait: ask with a callback instead");
  struct Answer {
    std::mutex mutex;
    std::condition_variable came;
    std::optional<Result> result;
  };
  const auto answer = std::make_shared<Answer>();
  const auto pending = begin(reserve(), [&](PlaceRef place) {
    return call([answer, place = std::move(place)](Result result) {
      const std::lock_guard lock(answer->mutex);
      answer->result = std::move(result);
      answer->came.notify_all();
    });
  });
  const auto isThere = [&] { return answer->result.has_value(); };
  std::unique_lock lock(answer->mutex);
  const bool isLate = !answer->came.wait_for(lock, timeout, isThere);
  if (isLate) {
    lock.unlock();
    pending->end(AckMissing::Reason::TimedOut);
    lock.lock();
    answer->came.wait(lock, isThere);  // for the thread that is just handing it over, if any
  }
  return {*std::move(answer->result), isLate};
}

std::shared_ptr<const AckResult> PluginSockets::askAndWait(const Target& target, std::string_view event,
                                                           std::string_view args, std::chrono::milliseconds timeout,
                                                           std::span<const std::string_view> attachments) {
  return askAndWait(target, event, args, AskOptions{timeout}, attachments);
}

std::shared_ptr<const AckResult> PluginSockets::askAndWait(const Target& target, std::string_view event,
                                                           std::string_view args, const AskOptions& options,
                                                           std::span<const std::string_view> attachments) {
  return wait<std::shared_ptr<const AckResult>>(options.timeout,
                                                [&](SocketBackend::Asked done) {
                                                  return backend().ask(target, event, args, attachments, options,
                                                                       std::move(done));
                                                })
      .first;
}

std::shared_ptr<const SocketList> PluginSockets::fetchAndWait(const Target& target, std::chrono::milliseconds timeout) {
  auto [list, isLate] = wait<std::shared_ptr<const SocketList>>(
      timeout, [&](SocketBackend::Fetched done) { return backend().fetch(target, std::move(done)); });
  if (isLate) throw AppError(503, "Not every loop has answered in time.");
  return std::move(list);
}

std::size_t PluginSockets::countAndWait(const Target& target, std::chrono::milliseconds timeout) {
  const auto [count, isLate] =
      wait<std::size_t>(timeout, [&](SocketBackend::Counted done) { return backend().count(target, std::move(done)); });
  if (isLate) throw AppError(503, "Not every loop has answered in time.");
  return count;
}

void PluginSockets::setData(const Target& target, std::string_view key, std::string_view value) {
  backend().setData(target, key, value);
}

}  // namespace chat::plugin

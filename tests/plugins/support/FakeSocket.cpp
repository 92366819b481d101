#include "plugins/support/FakeSocket.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <future>
#include <stdexcept>
#include <utility>

#include "plugin/api/AppError.h"
#include "plugin/api/Reply.h"
#include "plugin/api/Request.h"

namespace chat::test {
namespace {

boost::json::value parse(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = 600;
  return boost::json::parse(text, {}, options);
}

class FakeRequest final : public plugin::Request {
 public:
  FakeRequest(const plugin::Caller& caller, std::string_view event, std::string_view document)
      : _caller(caller), _event(event), _document(document) {}
  std::string_view event() const noexcept override { return _event; }
  std::string_view args() const noexcept override { return _document; }
  std::string_view document() const noexcept override { return _document; }
  std::size_t attachmentCount() const noexcept override { return 0; }
  std::string_view attachment(std::size_t) const noexcept override { return {}; }
  bool wantsAck() const noexcept override { return true; }
  const plugin::Caller& caller() const noexcept override { return _caller; }

 private:
  const plugin::Caller& _caller;
  std::string _event;
  std::string _document;
};

class FakeReply final : public PlainReply {
 public:
  explicit FakeReply(FakeSocket& socket) : _socket(socket) {}
  void answer(int status, std::string_view document) override {
    acknowledge(status, document);
    result.isEmitted = true;
  }
  void acknowledge(int status, std::string_view document) override {
    if (result.isAcknowledged) throw std::logic_error("answered twice");
    result.status = status;
    result.document = parse(document);
    result.isAcknowledged = true;
  }
  void acknowledgeArgs(std::string_view, bool) override { result.isAcknowledged = true; }
  void setIdentity(std::optional<plugin::Identity> identity) override { _identity.emplace(std::move(identity)); }
  std::shared_ptr<plugin::PendingReply> later() override;

  /// Waits for an answer that follows later. Throws what it has failed with.
  void wait() {
    if (!_later) return;
    if (_later->get_future().wait_for(std::chrono::seconds(30)) != std::future_status::ready) {
      throw std::logic_error("no answer followed");
    }
    if (_failure) std::rethrow_exception(_failure);
  }
  void end(std::exception_ptr failure) {
    _failure = std::move(failure);
    _later->set_value();
  }

  /// Like the server: a handler's actions are carried out when it has returned.
  void takeEffect() {
    if (_identity) _socket.setIdentity(std::move(*_identity));
  }

  Answer result;

 private:
  FakeSocket& _socket;
  std::optional<std::optional<plugin::Identity>> _identity;
  std::optional<std::promise<void>> _later;
  std::exception_ptr _failure;
};

/// The socket waits for it.
class FakePendingReply final : public plugin::PendingReply {
 public:
  explicit FakePendingReply(FakeReply& reply) : _reply(reply) {}
  ~FakePendingReply() override {
    if (!_hasEnded) _reply.end(std::make_exception_ptr(std::logic_error("a pending answer was dropped")));
  }
  plugin::Reply& reply() noexcept override { return _reply; }
  void send() override { end(nullptr); }
  void fail(std::exception_ptr reason) override { end(std::move(reason)); }
  bool isWanted() const noexcept override { return !_hasEnded; }

 private:
  void end(std::exception_ptr failure) {
    if (!std::exchange(_hasEnded, true)) _reply.end(std::move(failure));
  }
  FakeReply& _reply;
  bool _hasEnded = false;
};

std::shared_ptr<plugin::PendingReply> FakeReply::later() {
  _later.emplace();
  return std::make_shared<FakePendingReply>(*this);
}

class FakeAdmission final : public plugin::Admission {
 public:
  FakeAdmission(FakeSocket& socket, std::string_view auth) : _socket(socket), _auth(auth) {}
  const plugin::Caller& caller() const noexcept override { return _socket; }
  std::string_view auth() const noexcept override { return _auth; }
  void setIdentity(plugin::Identity identity) override { _socket.setIdentity(std::move(identity)); }
  void holdEmits() override { isHeld = true; }

  bool isHeld = false;

 private:
  FakeSocket& _socket;
  std::string _auth;
};

Answer refusal(const plugin::AppError& error) {
  Answer answer;
  answer.status = error.code() == 401 || error.code() == 403 ? 2 : 1;
  answer.document = {{"errors", {{"code", std::to_string(error.code())}, {"detail", error.detail()}}}};
  answer.isEmitted = answer.isAcknowledged = true;
  answer.retryAfter = error.retryAfterSeconds();
  return answer;
}

}  // namespace

int Answer::code() const {
  return has("/errors/code") ? std::stoi(text("/errors/code")) : 0;
}

std::string Answer::detail() const {
  return text("/errors/detail");
}

bool Answer::has(std::string_view pointer) const {
  boost::json::error_code error;
  return document.find_pointer(pointer, error) != nullptr;
}

std::string Answer::text(std::string_view pointer) const {
  boost::json::error_code error;
  const boost::json::value* found = document.find_pointer(pointer, error);
  if (found == nullptr) return "(none)";
  if (const auto* text = found->if_string()) return std::string(text->data(), text->size());
  return boost::json::serialize(*found);
}

const boost::json::value& Answer::at(std::string_view pointer) const {
  return document.at_pointer(pointer);
}

Answer FakeSocket::send(plugin::EventHandler& handler, std::string_view event, std::string_view document) {
  const FakeRequest request(*this, event, document);
  FakeReply reply(*this);
  try {
    handler.handle(request, reply);
    reply.wait();
  } catch (const plugin::AppError& error) {
    return refusal(error);
  }
  reply.takeEffect();
  return std::move(reply.result);
}

Answer FakeSocket::connect(const std::vector<plugin::ConnectHandler*>& handlers, std::string_view auth) {
  FakeAdmission admission(*this, auth);
  _isHeld = false;
  try {
    for (plugin::ConnectHandler* handler : handlers) handler->connect(admission);
  } catch (const plugin::AppError& error) {
    return refusal(error);
  }
  _isHeld = admission.isHeld;
  return {};
}

bool FakeReplay::emit(std::string_view event, std::string_view args, std::uint64_t position) {
  if (emits.size() == goneAfter) return false;
  emits.push_back({std::string(event), parse(args), position});
  return true;
}

bool FakeReplay::release() {
  ++releases;
  if (beforeRelease) beforeRelease();
  return releases > failReleases;
}

}  // namespace chat::test

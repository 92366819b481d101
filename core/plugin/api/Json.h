#pragma once

// Since API 1.1. For plugins that use Poco::JSON; a plugin that includes this must link Poco::JSON. The server itself
// passes JSON on as text. A plugin with many events should read `Request::args()` with a faster parser.

#include <Poco/Dynamic/Var.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <Poco/JSON/Stringifier.h>

#include <sstream>
#include <string>
#include <string_view>

#include "plugin/api/AppError.h"
#include "plugin/api/EventHandler.h"

namespace chat::plugin {

/// How deep arrays and objects may be nested in the JSON that is parsed here.
inline constexpr int MaxJsonRequestDepth = 64;

/// Parses one JSON value. Throws AppError(400) if the text is none, or if it is nested too deep.
inline Poco::Dynamic::Var parseJson(std::string_view text) {
  try {
    // Poco parses only objects and arrays, so the value is parsed as the element of an array.
    Poco::JSON::Parser parser;
    parser.setDepth(MaxJsonRequestDepth + 1);
    return parser.parse('[' + std::string(text) + ']').extract<Poco::JSON::Array::Ptr>()->get(0);
  } catch (const Poco::Exception&) {
    throw AppError(400, "The request is not the JSON that is expected here.");
  }
}

/// JSON text as Reply and Emitter take it.
inline std::string jsonText(const Poco::Dynamic::Var& value) {
  std::ostringstream text;
  Poco::JSON::Stringifier::stringify(value, text);
  return std::move(text).str();
}
inline std::string jsonText(const Poco::JSON::Object& value) {
  std::ostringstream text;
  value.stringify(text);
  return std::move(text).str();
}

/// A request that is read with Poco::JSON. It is parsed at the first use. A binary argument is its placeholder; its
/// bytes are `request().attachment(num)`. Valid as long as the request; one thread at a time.
class JsonRequest {
 public:
  explicit JsonRequest(const Request& request) noexcept : _request(request) {}
  const Request& request() const noexcept { return _request; }
  const Caller& caller() const noexcept { return _request.caller(); }

  /// The arguments. Throws AppError(400) if they can't be parsed.
  const Poco::JSON::Array& args() {
    if (!_args) _args = parseJson('[' + std::string(_request.args()) + ']').extract<Poco::JSON::Array::Ptr>();
    return *_args;
  }
  /// The first argument; empty if there is none. Throws AppError(400).
  Poco::Dynamic::Var json() { return args().size() == 0 ? Poco::Dynamic::Var() : args().get(0); }
  /// The first argument, which must be an object. Throws AppError(400).
  Poco::JSON::Object::Ptr object() {
    if (args().size() == 0 || !args().isObject(0)) throw AppError(400, "The request is to be one JSON object.");
    return args().getObject(0);
  }

 private:
  const Request& _request;
  Poco::JSON::Array::Ptr _args;
};

/// A reply that takes values of Poco; `reply()` has all other functions.
class JsonReply {
 public:
  explicit JsonReply(Reply& reply) noexcept : _reply(reply) {}
  Reply& reply() const noexcept { return _reply; }

  void answer(int status, const Poco::JSON::Object& document) { _reply.answer(status, jsonText(document)); }
  void acknowledge(int status, const Poco::JSON::Object& document) { _reply.acknowledge(status, jsonText(document)); }
  void emit(std::string_view event, const Poco::Dynamic::Var& arg) { _reply.emit(event, jsonText(arg)); }
  void broadcast(std::string_view event, const Poco::Dynamic::Var& arg, std::string_view room = {}) {
    _reply.broadcast(event, jsonText(arg), room);
  }
  void setData(std::string_view key, const Poco::Dynamic::Var& value) { _reply.setData(key, jsonText(value)); }

 private:
  Reply& _reply;
};

/// An event handler that reads and writes with Poco::JSON. It runs on a worker unless it overrides `execution()`.
class JsonHandler : public EventHandler {
 public:
  void handle(const Request& request, Reply& reply) final {
    JsonRequest json(request);
    JsonReply answer(reply);
    handleJson(json, answer);
  }
  /// As EventHandler::handle.
  virtual void handleJson(JsonRequest& request, JsonReply& reply) = 0;
};

}  // namespace chat::plugin

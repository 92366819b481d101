#include "app/operations/CommandPage.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <Poco/Logger.h>

#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "gateway/call/ErrorDocument.h"
#include "gateway/call/Refusal.h"
#include "plugin/api/AppError.h"
#include "plugin/table/Commands.h"

namespace chat::app {
namespace {

constexpr std::string_view Prefix = "/commands/";

/// A command that comes as a request.
class RequestedCommand final : public plugin::CommandCall {
 public:
  /// Throws AppError 400.
  explicit RequestedCommand(const std::string& body) {
    try {
      const auto request = Poco::JSON::Parser().parse(body).extract<Poco::JSON::Object::Ptr>();
      if (const auto words = request->getArray("words")) {
        for (const auto& word : *words) _texts.push_back(word.extract<std::string>());
      }
      if (request->has("secret")) _secret = request->get("secret").extract<std::string>();
    } catch (const Poco::Exception&) {
      throw plugin::AppError(400, R"(the body must be {"words": [texts], "secret": text or absent})");
    }
    _words.assign(_texts.begin(), _texts.end());
  }

  std::span<const std::string_view> words() const noexcept override { return _words; }
  std::string_view secret(std::string_view) override {
    if (!_secret) throw plugin::AppError(400, "it needs the member \"secret\"");
    return *_secret;
  }
  void print(std::string_view text) override { _output += text; }
  bool isAtCommandLine() const noexcept override { return false; }
  const std::string& output() const noexcept { return _output; }

 private:
  std::vector<std::string> _texts;
  std::vector<std::string_view> _words;
  std::optional<std::string> _secret;
  std::string _output;
};

http::Response answer(int status, const std::string& document) {
  http::Response response(status, "application/json", document + '\n');
  response.set("Cache-Control", "no-store");
  return response;
}

http::Response refusal(int code, std::string_view detail) {
  return answer(code >= 400 && code < 600 ? code : 500, gateway::errorDocument(code, detail));
}

bool isJson(std::string_view contentType) {
  constexpr std::string_view Json = "application/json";
  return contentType.substr(0, contentType.find(';')) == Json;
}

http::Response run(const plugin::TablePublication& tables, std::string_view name, const std::string& body) {
  RequestedCommand command(body);
  if (const auto failure = plugin::runCommand(tables, name, command)) {
    const auto why = gateway::explain(*failure, "the command " + std::string(name), Poco::Logger::get("operations"));
    return refusal(why.code, why.detail);
  }
  Poco::JSON::Object done;
  done.set("output", command.output());
  std::ostringstream text;
  done.stringify(text);
  return answer(200, text.str());
}

}  // namespace

bool isFromPage(const http::Request& request) noexcept {
  return !request.field("Origin").empty() || !request.field("Sec-Fetch-Site").empty();
}

void CommandPage::handle(http::Exchange& exchange) {
  const auto& request = exchange.request();
  if (isFromPage(request)) return exchange.respond(refusal(403, "pages in a browser may not run commands"));
  if (!isJson(request.field("Content-Type")))
    return exchange.respond(refusal(415, "the body must be application/json"));
  try {
    exchange.respond(run(_tables, std::string_view(request.path).substr(Prefix.size()), request.body));
  } catch (const plugin::AppError& error) {
    exchange.respond(refusal(error.code(), error.what()));
  }
}

}  // namespace chat::app

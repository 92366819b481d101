#include "http/CorsPolicy.h"

#include <Poco/Logger.h>
#include <re2/re2.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "base/LogValue.h"
#include "http/Text.h"

namespace chat::http {
namespace {

constexpr base::Duration LogInterval{10'000};
// Longer than any host name; bounds what is matched against an expression and what is logged.
constexpr std::size_t MaxOrigin = 300;

/// Whether the origin may be logged as a value to copy into the configuration.
bool isPlain(std::string_view origin) noexcept {
  return origin.size() <= MaxOrigin && std::all_of(origin.begin(), origin.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  std::string_view("-._:/[]").find(c) != std::string_view::npos;
         });
}

bool isPattern(std::string_view origin) noexcept {
  return origin.size() > 2 && origin.front() == '/' && origin.back() == '/';
}

void append(std::string& list, std::string_view element) {
  if (!list.empty()) list += ", ";
  list += element;
}

// host[:port] without the scheme's default port.
std::string_view withoutDefaultPort(std::string_view host, std::string_view port) noexcept {
  if (host.ends_with(port)) host.remove_suffix(port.size());
  return host;
}

// The host without its port, if it has one.
std::string_view nameOf(std::string_view host) noexcept {
  const auto colon = host.rfind(':');
  return colon == std::string_view::npos || host.find(']', colon) != std::string_view::npos ? host
                                                                                            : host.substr(0, colon);
}

// A proxy that drops the port from `Host` may send it in `X-Forwarded-Port`. A host with a port is taken as it is.
bool isOwn(Exchange& exchange, std::string_view origin) {
  const auto host = exchange.host();
  if (isSameOrigin(origin, host)) return true;
  const auto port = exchange.forwardedPort();
  return !port.empty() && nameOf(host) == host && isSameOrigin(origin, std::string(host) + ':' + std::string(port));
}

// What the proxy in front should be configured to do if the page is the server's own.
std::string advice(Exchange& exchange, std::string_view origin) {
  std::string_view forwarded;
  forEachListed(exchange.request().field("X-Forwarded-Host"), [&](auto last) { forwarded = last; });
  if (!forwarded.empty() && forwarded != exchange.host() && isSameOrigin(origin, forwarded)) {
    return "X-Forwarded-Host names it, but " + exchange.clientAddress() + " is not in http.trustedProxies";
  }
  const auto host = origin.substr(std::min(origin.size(), origin.find("://") + 3));
  if (equalsIgnoringCase(nameOf(host), nameOf(exchange.host()))) {
    return "let the proxy pass Host with its port (nginx: proxy_set_header Host $http_host), or tell it by "
           "X-Forwarded-Port and name the proxy in http.trustedProxies";
  }
  return "let the proxy pass Host (nginx: proxy_set_header Host $http_host, Apache: ProxyPreserveHost On), or send "
         "X-Forwarded-Host and name the proxy in http.trustedProxies";
}

}  // namespace

CorsPolicy::CorsPolicy() : CorsPolicy(Options{}) {}

CorsPolicy::CorsPolicy(Options options) : _options(std::move(options)), _throttle(LogInterval) {
  for (const auto& origin : _options.origins) {
    if (origin == "*") {
      _any = true;
    } else if (isPattern(origin)) {
      auto pattern = std::make_unique<re2::RE2>(origin.substr(1, origin.size() - 2), re2::RE2::Quiet);
      if (!pattern->ok()) {
        throw std::invalid_argument("engine.cors.origin: " + origin +
                                    " is not a valid regular expression: " + pattern->error());
      }
      _patterns.push_back(std::move(pattern));
    }
  }
  if (_any && _options.credentials) {
    throw std::invalid_argument(
        "engine.cors.origin is * and engine.cors.credentials is true, which no browser accepts: list the origins, or "
        "set engine.cors.credentials to false");
  }
}

CorsPolicy::~CorsPolicy() = default;

bool CorsPolicy::allows(std::string_view origin) const {
  if (_any) return true;
  if (origin.size() > MaxOrigin) return false;
  for (const auto& allowed : _options.origins) {
    if (equalsIgnoringCase(allowed, origin)) return true;
  }
  for (const auto& pattern : _patterns) {
    if (re2::RE2::PartialMatch(re2::StringPiece(origin.data(), origin.size()), *pattern)) return true;
  }
  return false;
}

void CorsPolicy::addOrigin(Exchange& exchange, std::string& vary) const {
  auto& fields = exchange.answerFields();
  if (_any) {
    fields.emplace_back("Access-Control-Allow-Origin", "*");
    return;
  }
  append(vary, "Origin");
  const auto origin = exchange.request().field("Origin");
  if (origin.empty()) return;
  if (allows(origin)) {
    fields.emplace_back("Access-Control-Allow-Origin", origin);
  } else if (!isOwn(exchange, origin)) {
    logRefused(exchange, origin, "no CORS fields");
  }
}

bool CorsPolicy::apply(Exchange& exchange) const {
  auto& fields = exchange.answerFields();
  std::string vary;
  addOrigin(exchange, vary);
  if (_options.credentials) fields.emplace_back("Access-Control-Allow-Credentials", "true");
  if (!_options.exposedHeaders.empty()) {
    fields.emplace_back("Access-Control-Expose-Headers", _options.exposedHeaders);
  }
  const bool preflight = exchange.request().method == "OPTIONS";
  if (preflight) answerPreflight(exchange, vary);
  if (!vary.empty()) fields.emplace_back("Vary", vary);
  if (!preflight || _options.preflightContinue) return false;
  Response response;
  response.status = _options.optionsSuccessStatus;
  exchange.respond(std::move(response));
  return true;
}

void CorsPolicy::answerPreflight(Exchange& exchange, std::string& vary) const {
  auto& fields = exchange.answerFields();
  fields.emplace_back("Access-Control-Allow-Methods", _options.methods);
  if (!_options.allowedHeaders.empty()) {
    fields.emplace_back("Access-Control-Allow-Headers", _options.allowedHeaders);
  } else {
    append(vary, "Access-Control-Request-Headers");
    const auto asked = exchange.request().field("Access-Control-Request-Headers");
    if (!asked.empty()) fields.emplace_back("Access-Control-Allow-Headers", asked);
  }
  if (_options.maxAge) fields.emplace_back("Access-Control-Max-Age", std::to_string(*_options.maxAge));
}

bool CorsPolicy::admitsWebSocket(Exchange& exchange) const {
  const auto& request = exchange.request();
  const auto origin = request.field("Origin");
  if (origin.empty() || _any || isOwn(exchange, origin)) return true;
  // Set by the browser, never by a script; so it is reliable even if a proxy has changed the host.
  if (request.field("Sec-Fetch-Site") == "same-origin" || allows(origin)) return true;
  logRefused(exchange, origin, "WebSocket refused");
  return false;
}

void CorsPolicy::logRefused(Exchange& exchange, std::string_view origin, std::string_view what) const {
  const auto left = _throttle.pass(exchange.loop().now());
  if (!left) return;
  std::string line = "origin not allowed origin=" + base::logValue(origin, MaxOrigin) +
                     " host=" + base::logValue(exchange.host(), MaxOrigin) + " effect=\"" + std::string(what) +
                     "\" suppressed=" + std::to_string(*left);
  if (!isPlain(origin)) {
    poco_warning(Poco::Logger::get("http"), line);
    return;
  }
  line += "; to allow it set engine.cors.origin = ";
  for (const auto& allowed : _options.origins) line += allowed + ", ";
  line += origin;
  line += " (if that is the server's own address: " + advice(exchange, origin) + ')';
  poco_warning(Poco::Logger::get("http"), line);
}

bool isSameOrigin(std::string_view origin, std::string_view host) noexcept {
  const auto scheme = origin.find("://");
  if (scheme == std::string_view::npos || host.empty()) return false;
  const bool secure = equalsIgnoringCase(origin.substr(0, scheme), "https");
  const std::string_view defaultPort = secure ? ":443" : ":80";
  return equalsIgnoringCase(withoutDefaultPort(origin.substr(scheme + 3), defaultPort),
                            withoutDefaultPort(host, defaultPort));
}

}  // namespace chat::http

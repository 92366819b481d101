#include "http/Message.h"

#include "http/Target.h"
#include "http/Text.h"

namespace chat::http {
namespace {

bool isEncoded(std::string_view text) noexcept {
  return text.find_first_of("%+") != std::string_view::npos;
}

}  // namespace

void Request::clear() noexcept {
  constexpr std::size_t KeptBytes = 2048;
  constexpr std::size_t KeptFields = 32;
  const auto empty = [](auto& bytes) {
    bytes.clear();
    if (bytes.capacity() > KeptBytes) bytes = {};
  };
  empty(head);
  empty(path);
  empty(body);
  method = target = query = {};
  fields.clear();
  if (fields.capacity() > KeptFields) fields = {};
  keepAlive = true;
  isUpgrade = false;
}

std::string_view Request::field(std::string_view name) const noexcept {
  for (const auto& [key, value] : fields) {
    if (equalsIgnoringCase(key, name)) return value;
  }
  return {};
}

std::optional<std::string> Request::queryParameter(std::string_view name) const {
  std::string_view rest = query;
  while (!rest.empty()) {
    const auto pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    const auto equals = pair.find('=');
    const auto key = pair.substr(0, equals);
    // Decoding allocates, and hardly any client encodes names.
    if (key != name && (!isEncoded(key) || percentDecode(key, true) != name)) continue;
    return percentDecode(equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1), true);
  }
  return std::nullopt;
}

Response::Response(int code, std::string_view contentType, std::string_view text)
    : status(code), body(base::SharedBuffer::copyOf(text)) {
  set("Content-Type", contentType);
}

std::string_view reasonPhrase(int status) noexcept {
  switch (status) {
    case 100:
      return "Continue";
    case 101:
      return "Switching Protocols";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 411:
      return "Length Required";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 417:
      return "Expectation Failed";
    case 426:
      return "Upgrade Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Unknown";
  }
}

}  // namespace chat::http

#include "http/RequestHead.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <limits>
#include <optional>

#include "http/Target.h"
#include "http/Text.h"

namespace chat::http {
namespace {

namespace beast = boost::beast;

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

bool isHost(std::string_view host) noexcept {
  for (const char c : host) {
    const bool plain = (c >= '0' && c <= '9') || (lowerAscii(c) >= 'a' && lowerAscii(c) <= 'z');
    if (!plain && std::string_view("-._~:[]!$&'()*+;=%").find(c) == std::string_view::npos) return false;
  }
  return true;
}

// Stores the fields and checks the rules that Beast doesn't. The body is never given to it.
class HeadParser final : public beast::http::basic_parser<true> {
 public:
  explicit HeadParser(Request& request) : _request(request) {}

  // The error found here; Beast's error code says only that the callback failed.
  std::optional<RequestError> fault() const noexcept { return _fault; }

  BodyFraming framing() const { return {chunked(), content_length().value_or(0), _expectsContinue && _version >= 11}; }

  std::optional<RequestError> checkWhole() {
    if (_version >= 11 && _hosts == 0) return RequestError::MissingHost;
    // Beast ignores an encoding that it doesn't know.
    if (_encodings > 0 && (!chunked() || _version < 11)) return RequestError::BadTransferEncoding;
    _request.keepAlive = keep_alive();
    _request.isUpgrade = _version >= 11 && upgrade() && _hasUpgrade;
    return std::nullopt;
  }

 private:
  using Code = beast::error_code;
  using Name = beast::http::field;

  void fail(RequestError error, Code& code) {
    _fault = error;
    code = beast::http::error::bad_value;
  }

  void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target, int version,
                       Code& code) override {
    _version = version;
    auto parsed = parseTarget(view(target));
    if (!parsed || (parsed->path == "*" && method != "OPTIONS")) return fail(RequestError::BadTarget, code);
    _request.method = view(method);
    _request.target = view(target);
    _request.path = std::move(parsed->path);
    _request.query = parsed->query;
  }

  void on_field_impl(Name id, beast::string_view name, beast::string_view value, Code& code) override {
    if (_request.fields.size() == MaxFields) return fail(RequestError::TooManyFields, code);
    switch (id) {
      case Name::host:
        if (++_hosts > 1) return fail(RequestError::SeveralHosts, code);
        if (!isHost(view(value))) return fail(RequestError::BadHost, code);
        break;
      case Name::content_length:
        // Beast accepts lists of equal numbers; no well-meaning client sends them.
        if (++_lengths > 1 || value.find(',') != beast::string_view::npos) {
          return fail(RequestError::BadContentLength, code);
        }
        break;
      case Name::transfer_encoding:
        if (++_encodings > 1) return fail(RequestError::BadTransferEncoding, code);
        if (!equalsIgnoringCase(view(value), "chunked")) return fail(encodingFault(view(value)), code);
        break;
      case Name::expect:
        if (!equalsIgnoringCase(view(value), "100-continue")) return fail(RequestError::UnknownExpectation, code);
        _expectsContinue = true;
        break;
      case Name::upgrade:
        _hasUpgrade = true;
        break;
      default:
        break;
    }
    _request.fields.emplace_back(view(name), view(value));
  }

  // RFC 9112, section 6.1: an unknown coding is answered 501. Section 6.3: if `chunked` isn't the last one, or comes
  // twice, the end of the body is unknown.
  static RequestError encodingFault(std::string_view value) {
    unsigned chunked = 0;
    bool isLast = false;
    forEachListed(value, [&](auto coding) {
      isLast = equalsIgnoringCase(coding, "chunked");
      if (isLast) ++chunked;
    });
    const bool isFramed = chunked == 0 || (chunked == 1 && isLast);
    return isFramed ? RequestError::UnknownTransferEncoding : RequestError::BadTransferEncoding;
  }

  void on_response_impl(int, beast::string_view, int, Code&) override {}
  void on_header_impl(Code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, Code&) override {}
  std::size_t on_body_impl(beast::string_view, Code&) override { return 0; }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, Code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view, Code&) override { return 0; }
  void on_finish_impl(Code&) override {}

  Request& _request;
  std::optional<RequestError> _fault;
  int _version = 0;
  unsigned _hosts = 0;
  unsigned _lengths = 0;
  unsigned _encodings = 0;
  bool _expectsContinue = false;
  bool _hasUpgrade = false;
};

RequestError translate(const beast::error_code& code, std::string_view head) {
  using E = beast::http::error;
  if (code == E::bad_version) {
    // A version that exists but isn't served (HTTP/2.0) gets another answer than an invalid one.
    const auto line = head.substr(0, head.find("\r\n"));
    const auto version = line.substr(line.rfind(' ') + 1);
    const bool isVersion = version.size() == 8 && version.starts_with("HTTP/") && version[6] == '.';
    return isVersion && std::count(line.begin(), line.end(), ' ') == 2 ? RequestError::BadVersion
                                                                       : RequestError::BadRequestLine;
  }
  // need_more: the head ends in the middle of its request line; all other lines are whole, as the caller has checked.
  if (code == E::bad_method || code == E::need_more) return RequestError::BadRequestLine;
  if (code == E::bad_target) return RequestError::BadTarget;
  if (code == E::bad_line_ending) return RequestError::BadLineEnding;
  if (code == E::bad_content_length || code == E::multiple_content_length) return RequestError::BadContentLength;
  if (code == E::bad_transfer_encoding) return RequestError::BadTransferEncoding;
  return RequestError::BadField;
}

}  // namespace

base::Result<BodyFraming, RequestError> parseHead(std::string_view given, Request& request) {
  request.head.assign(given.begin(), given.end());
  const std::string_view head(request.head.data(), request.head.size());
  HeadParser parser(request);
  parser.skip(true);
  parser.header_limit(std::numeric_limits<std::uint32_t>::max());  // the caller has measured it
  beast::error_code code;
  parser.put(boost::asio::const_buffer(head.data(), head.size()), code);
  if (parser.fault()) return base::Failure{*parser.fault()};
  if (code) return base::Failure{translate(code, head)};
  if (const auto fault = parser.checkWhole()) return base::Failure{*fault};
  return parser.framing();
}

}  // namespace chat::http

// Parts of the head of an HTTP request: target, ranges, codings, forwarding fields.
#include <array>
#include <cstdint>
#include <string_view>
#include <variant>

#include "http/ByteRange.h"
#include "http/ContentCoding.h"
#include "http/Message.h"
#include "http/Target.h"
#include "http/TrustedProxies.h"

using namespace chat::http;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto target = parseTarget(text)) {
    const std::string_view path = target->path;
    if (path != "*" && !path.starts_with('/')) __builtin_trap();
    if (path.find("/../") != std::string_view::npos || path.ends_with("/..")) __builtin_trap();
    if (path.find('\0') != std::string_view::npos || path.size() > size + 1) __builtin_trap();
  }
  if (const auto decoded = percentDecode(text, true); decoded && decoded->size() > size) __builtin_trap();

  constexpr std::uint64_t Length = 1000;
  const auto range = parseRange(text, Length);
  if (const auto* part = std::get_if<ByteRange>(&range)) {
    if (part->first > part->last || part->last >= Length) __builtin_trap();
  }
  constexpr std::array Offered{ContentCoding::Brotli, ContentCoding::Gzip, ContentCoding::Deflate};
  if (name(preferred(text, Offered)).size() > 10) __builtin_trap();

  static const TrustedProxies proxies({"127.0.0.1", "10.0.0.0/8", "fd00::/8"});
  Request request;
  request.query = text;
  request.fields = {{"X-Forwarded-For", text}, {"X-Forwarded-Proto", text}, {"X-Forwarded-Host", text}};
  if (proxies.clientOf(request, "127.0.0.1").address.empty()) __builtin_trap();
  if (proxies.clientOf(request, "192.0.2.1").address != "192.0.2.1") __builtin_trap();
  static_cast<void>(request.queryParameter("sid"));
  return 0;
}

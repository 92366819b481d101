#include "engineio/api/SessionId.h"

#include <sodium.h>

#include <array>

namespace chat::engineio {
namespace {

constexpr std::string_view Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t IdBytes = 15;
static_assert(Alphabet.size() == MaxLoops);

}  // namespace

std::string makeRandomId() {
  // Asking the kernel costs a system call each time; a buffer of its random bytes serves many ids.
  static thread_local std::array<unsigned char, IdBytes * 64> random;
  static thread_local std::size_t used = random.size();
  if (used == random.size()) {
    randombytes_buf(random.data(), random.size());
    used = 0;
  }
  std::array<char, SessionIdLength + 1> text{};
  sodium_bin2base64(text.data(), text.size(), random.data() + used, IdBytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  sodium_memzero(random.data() + used, IdBytes);
  used += IdBytes;
  return {text.data(), SessionIdLength};
}

std::string makeSessionId(unsigned loop) {
  auto id = makeRandomId();
  id[0] = Alphabet[loop % MaxLoops];
  return id;
}

std::optional<unsigned> loopOf(std::string_view sessionId) noexcept {
  if (sessionId.size() != SessionIdLength) return std::nullopt;
  const auto at = Alphabet.find(sessionId.front());
  if (at == std::string_view::npos) return std::nullopt;
  return static_cast<unsigned>(at);
}

}  // namespace chat::engineio

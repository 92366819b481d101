#include "login/Password.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>

#include <stdexcept>

namespace chat::login {

namespace {

void require(UErrorCode code) {
  if (U_FAILURE(code)) throw std::runtime_error(std::string("ICU: ") + u_errorName(code));
}

std::string compose(const std::string& text) {
  UErrorCode code = U_ZERO_ERROR;
  const icu::Normalizer2* const composer = icu::Normalizer2::getNFCInstance(code);
  require(code);
  std::string composed;
  icu::StringByteSink<std::string> sink(&composed);
  composer->normalizeUTF8(0, icu::StringPiece(text.data(), static_cast<int>(text.size())), sink, nullptr, code);
  require(code);
  return composed;
}

}  // namespace

Password::Password(std::string_view typed) : _typed(typed), _composed(compose(_typed)) {}

}  // namespace chat::login

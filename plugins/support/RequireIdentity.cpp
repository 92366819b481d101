#include "support/RequireIdentity.h"

#include <charconv>

#include "plugin/api/AppError.h"

namespace chat::support {

const plugin::Identity& requireIdentity(const plugin::Caller& caller) {
  const plugin::Identity* identity = caller.identity();
  if (identity == nullptr) throw plugin::AppError(401, "Log in first");
  return *identity;
}

std::uint64_t accountId(const plugin::Identity& identity) {
  const std::string& text = identity.user.value;
  std::uint64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw plugin::AppError(401, "This login is not one of the chat's accounts");
  }
  return id;
}

}  // namespace chat::support

#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace chat::plugin {

/// What a call into a plugin threw, as values. Neither the plugin's exception nor its type may outlive the call, since
/// the plugin's library may be unloaded at any moment afterwards.
struct CallFailure {
  enum class Kind {
    Refusal,      ///< AppError: `code` and `text` are for the client
    Unavailable,  ///< data::Unavailable: 503, to be tried again; data::CommitInDoubt: 504
    Fault,        ///< anything else: 500; `text` is for the log only
  };
  Kind kind = Kind::Fault;
  int code = 500;
  std::string text;
  std::optional<std::uint32_t> retryAfterSeconds;
  std::string data{};  ///< ConnectRefusal: what the client is told beside the message; JSON text
};

/// The exception that is being handled, as a value. Only inside a catch clause.
CallFailure currentFailure() noexcept;

/// Calls into a plugin; no exception comes out. The result is empty if the call returned.
template <typename Call>
std::optional<CallFailure> callPlugin(Call&& call) noexcept {
  try {
    call();
    return std::nullopt;
  } catch (...) {
    return currentFailure();
  }
}

}  // namespace chat::plugin

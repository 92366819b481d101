#pragma once

#include <cstdint>
#include <optional>

namespace chat::net {

/// What the system lets the process have; asked for at the start. Thread: any.
struct SystemLimits {
  /// Descriptors, one for each connection, after the soft limit was raised to the hard one.
  std::uint64_t descriptors = 0;
  /// `net.core.somaxconn`: connections that wait to be accepted, of the backlog that a loop asks for. Nothing where
  /// it can't be read.
  std::optional<std::uint64_t> backlog;
};

/// Raises the soft limit of descriptors (RLIMIT_NOFILE) as far as it goes without privileges and says what is there.
SystemLimits claimSystemLimits() noexcept;

/// The backlog that each loop listens with.
inline constexpr int ListenBacklog = 4096;

}  // namespace chat::net

#pragma once

#include <cstdint>
#include <optional>

namespace chat::net {

/// The limits that the system sets the process; read at the start. Thread: any.
struct SystemLimits {
  /// File descriptors (each connection needs one), after the soft limit was raised to the hard one.
  std::uint64_t descriptors = 0;
  /// `net.core.somaxconn`, which caps the backlog that a loop asks for. Nothing if it can't be read.
  std::optional<std::uint64_t> backlog;
};

/// Raises the soft limit of descriptors (RLIMIT_NOFILE) as far as it goes without privileges and returns the limits.
SystemLimits claimSystemLimits() noexcept;

/// The backlog that each loop listens with.
inline constexpr int ListenBacklog = 4096;

}  // namespace chat::net

#include "net/SystemLimits.h"

#include <sys/resource.h>

#include <fstream>

namespace chat::net {

SystemLimits claimSystemLimits() noexcept {
  SystemLimits limits;
  rlimit descriptors{};
  if (getrlimit(RLIMIT_NOFILE, &descriptors) == 0) {
    limits.descriptors = descriptors.rlim_cur;
    if (descriptors.rlim_cur < descriptors.rlim_max) {
      descriptors.rlim_cur = descriptors.rlim_max;
      if (setrlimit(RLIMIT_NOFILE, &descriptors) == 0) limits.descriptors = descriptors.rlim_max;
    }
  }
  try {
    std::ifstream file("/proc/sys/net/core/somaxconn");
    if (std::uint64_t backlog = 0; file >> backlog) limits.backlog = backlog;
  } catch (const std::exception&) {
    limits.backlog.reset();
  }
  return limits;
}

}  // namespace chat::net

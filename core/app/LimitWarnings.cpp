#include "app/LimitWarnings.h"

namespace chat::app {
namespace {

constexpr std::uint64_t EnoughDescriptors = 65'536;

}  // namespace

std::vector<std::string> warningsOf(const net::SystemLimits& limits) {
  std::vector<std::string> warnings;
  if (limits.descriptors < EnoughDescriptors) {
    warnings.push_back("at most " + std::to_string(limits.descriptors) +
                       " descriptors, each connection takes one: raise the hard limit (LimitNOFILE= of systemd, "
                       "ulimits.nofile of a container, ulimit -Hn)");
  }
  if (limits.backlog && *limits.backlog < net::ListenBacklog) {
    warnings.push_back("net.core.somaxconn is " + std::to_string(*limits.backlog) +
                       ": of many clients that connect at once some are refused; set it to " +
                       std::to_string(net::ListenBacklog));
  }
  return warnings;
}

}  // namespace chat::app

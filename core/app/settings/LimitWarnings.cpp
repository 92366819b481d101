#include "app/settings/LimitWarnings.h"

namespace chat::app {
namespace {

constexpr std::uint64_t ManyDescriptors = 65'536;
// Descriptors that aren't connections: files, the database, plugins.
constexpr std::uint64_t OtherDescriptors = 256;

}  // namespace

std::vector<std::string> warningsOf(const net::SystemLimits& limits, std::uint64_t connections) {
  std::vector<std::string> warnings;
  if (limits.descriptors < (connections > 0 ? connections + OtherDescriptors : ManyDescriptors)) {
    warnings.push_back("at most " + std::to_string(limits.descriptors) + " descriptors, each connection takes one" +
                       (connections > 0 ? ", and limits.connections is " + std::to_string(connections) : "") +
                       ": raise the hard limit (LimitNOFILE= of systemd, "
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

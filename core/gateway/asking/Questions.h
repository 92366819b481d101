#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/Clock.h"
#include "base/Ids.h"
#include "plugin/api/Emitter.h"

namespace chat::gateway {

// What is asked of sockets wherever they are. Values, like the commands (Command.h): an adapter can write them to a
// wire. Each has its round, which collects the answers (AckRound.h, SocketRounds.h).

/// An event that wants to be acknowledged by each selected socket: AckRound.
struct Ask {
  plugin::Target target;
  std::string event;
  std::string args;
  std::vector<std::string> attachments;
  base::Duration timeout{0};
  bool isUncompressed = false;

  std::vector<std::string_view> attachmentViews() const { return {attachments.begin(), attachments.end()}; }
};

/// Which sockets there are: FetchRound.
struct Fetch {
  plugin::Target target;
};

/// How many sockets there are: CountRound.
struct Count {
  plugin::Target target;
};

/// Which of these users have a connected socket: OnlineRound.
struct Online {
  std::vector<base::UserId> users;
};

/// Which credentials sockets rest on, in order: those after `after`, at most `most`: CredentialsRound.
struct Credentials {
  std::string after;
  std::size_t most = 0;
};

}  // namespace chat::gateway

#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/Clock.h"
#include "data/Options.h"
#include "engineio/api/Options.h"
#include "gateway/options/Options.h"
#include "http/CorsPolicy.h"
#include "http/ServerConnection.h"
#include "http/StaticFiles.h"
#include "http/TrustedProxies.h"
#include "net/ConnectionLimits.h"
#include "net/Loop.h"
#include "socketio/Server.h"

namespace chat::app {

/// The whole configuration in the layers' own types, filled by ConfigTable. Paths are absolute.
struct Settings {
  struct Listening {
    std::string address;
    std::uint16_t port = 0;
    unsigned threads = 0;
    std::filesystem::path portFile;     ///< empty: no file is written
    base::Duration shutdownTimeout{0};  ///< for running calls to finish
  };
  struct Logging {
    std::string level;
    std::string format;
    std::string output;  ///< `stdout`, `stderr` or a file
  };
  struct Plugins {
    std::filesystem::path folder;
    std::filesystem::path runFolder;
    base::Duration retireWait{0};
    std::size_t maxParked = 0;
    bool watch = true;
    base::Duration settle{0};
    bool probe = true;  ///< whether each plugin is tried in a process of its own first
    base::Duration probeWait{0};
    std::filesystem::path digests;
  };
  struct Operations {
    std::string address;
    std::uint16_t port = 0;  ///< 0: none
  };
  struct ClientFiles {
    bool serve = true;
    std::filesystem::path folder;
  };

  Listening server;
  Operations operations;
  Logging logging;
  net::Loop::Options loop;
  net::ConnectionLimits::Options connections;
  http::Service::Options http;
  http::CorsPolicy::Options cors;
  http::TrustedProxies trustedProxies;
  http::StaticFiles::Options htdocs;
  bool addTrailingSlash = true;  ///< false: Socket.IO is also served without the slash
  std::string home;              ///< the target of `/`
  std::filesystem::path dataFolder;
  data::Options database;
  engineio::Options engine;
  socketio::Options socketio;
  ClientFiles clientFiles;
  gateway::Options gateway;
  Plugins plugins;
};

}  // namespace chat::app

#include "load/Options.h"

#include <Poco/Exception.h>
#include <Poco/NumberParser.h>
#include <Poco/Util/HelpFormatter.h>
#include <Poco/Util/Option.h>
#include <Poco/Util/OptionException.h>
#include <Poco/Util/OptionProcessor.h>
#include <Poco/Util/OptionSet.h>

#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>

namespace bench {
namespace {

template <typename Choice>
Choice choose(const std::map<std::string, Choice>& choices, const std::string& name) {
  const auto found = choices.find(name);
  if (found == choices.end()) throw Poco::InvalidArgumentException("unknown: " + name);
  return found->second;
}

const std::map<std::string, Workload> Workloads = {{"echo", Workload::Echo},
                                                   {"broadcast", Workload::Broadcast},
                                                   {"storm", Workload::Storm},
                                                   {"idle", Workload::Idle},
                                                   {"waves", Workload::Waves}};
const std::map<std::string, Protocol> Protocols = {
    {"tcp", Protocol::Tcp}, {"ws", Protocol::WebSocket}, {"sio", Protocol::SocketIo}, {"poll", Protocol::Polling}};

}  // namespace

Options parseOptions(int argc, char** argv) {
  Options options;
  struct Row {
    const char* name;
    const char* help;
    std::function<void(const std::string&)> set;
  };
  const auto number = [](std::size_t& target) {
    return [&target](const std::string& text) { target = Poco::NumberParser::parseUnsigned64(text); };
  };
  const auto real = [](double& target) {
    return [&target](const std::string& text) { target = Poco::NumberParser::parseFloat(text); };
  };
  const std::vector<Row> rows = {
      {"workload", "echo, broadcast, storm (connect, handshake, close), idle or waves (of connections)",
       [&](const std::string& text) { options.workload = choose(Workloads, text); }},
      {"protocol", "tcp, ws, sio (Socket.IO over WebSocket) or poll (over HTTP)",
       [&](const std::string& text) { options.protocol = choose(Protocols, text); }},
      {"host", "numeric address", [&](const std::string& text) { options.host = text; }},
      {"port", "the server's",
       [&](const std::string& text) {
         options.port = static_cast<std::uint16_t>(Poco::NumberParser::parseUnsigned(text));
       }},
      {"server-pid", "whose CPU and memory are counted",
       [&](const std::string& text) { options.serverPid = Poco::NumberParser::parse(text); }},
      {"clients", "default 100", number(options.clients)},
      {"depth", "operations in flight, default 1", number(options.depth)},
      {"size", "bytes of the payload, default 64", number(options.size)},
      {"rate", "operations a second, default as many as there can be", real(options.rate)},
      {"share", "a rate as a share of what the warm-up reached without one, e.g. 0.5: latency under half load",
       real(options.share)},
      {"warmup", "seconds, default 1", real(options.warmup)},
      {"time", "seconds that count, default 3", real(options.time)},
      {"waves", "default 10", number(options.waves)},
      {"event", "default echo, or fanout", [&](const std::string& text) { options.event = text; }},
      {"path", "default /socket.io/, of ws /echo", [&](const std::string& text) { options.path = text; }},
  };

  Poco::Util::OptionSet set;
  set.addOption(Poco::Util::Option("help", "h", "this text"));
  for (const auto& row : rows) {
    set.addOption(Poco::Util::Option(row.name, "", row.help).argument(row.name));
  }
  Poco::Util::OptionProcessor processor(set);
  processor.setUnixStyle(true);
  for (int i = 1; i < argc; ++i) {
    std::string name;
    std::string value;
    if (!processor.process(argv[i], name, value)) {
      if (name.empty()) throw Poco::Util::UnknownOptionException(argv[i]);
      continue;  // its value is the next argument
    }
    if (name == "help") {
      Poco::Util::HelpFormatter help(set);
      help.setCommand(argv[0]);
      help.setHeader("Loads a server and prints as JSON what it cost. See bench/README.md.");
      help.format(std::cout);
      std::exit(0);
    }
    for (const auto& row : rows) {
      if (name == row.name) row.set(value);
    }
  }
  processor.checkRequired();
  if (options.port == 0) throw Poco::InvalidArgumentException("--port is missing");
  if (options.path.empty()) options.path = options.protocol == Protocol::WebSocket ? "/echo" : "/socket.io/";
  return options;
}

}  // namespace bench

#include "app/serving/Rescan.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <signal.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <limits>
#include <ostream>
#include <stdexcept>
#include <thread>

namespace chat::app {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

constexpr std::chrono::seconds Patience{60};
constexpr std::chrono::milliseconds Poll{50};

/// Sends requests to a server's operations port, one after the other.
class Port {
 public:
  Port(const std::string& address, std::uint16_t port) : _session(address, port) {
    _session.setTimeout(Poco::Timespan(10, 0));
  }

  Object::Ptr plugins() {
    auto& body = ask("GET", "/plugins", 200);
    return Poco::JSON::Parser().parse(body).extract<Object::Ptr>();
  }
  void rescan() {
    auto& body = ask("POST", "/plugins/rescan", 202);
    body.ignore(std::numeric_limits<std::streamsize>::max());
  }

 private:
  std::istream& ask(const std::string& method, const std::string& path, int expected) {
    Poco::Net::HTTPRequest request(method, path, "HTTP/1.1");
    request.setContentLength(0);
    _session.sendRequest(request);
    Poco::Net::HTTPResponse response;
    auto& body = _session.receiveResponse(response);
    if (response.getStatus() == expected) return body;
    throw std::runtime_error("it answered " + path + " with " + std::to_string(response.getStatus()) +
                             ": is it a chat-socketio of this version?");
  }

  Poco::Net::HTTPClientSession _session;
};

std::uint64_t looksIn(const Object& plugins) {
  return plugins.getValue<Poco::UInt64>("looksByHand");
}

Object::Ptr rescan(Port& port) {
  const auto before = looksIn(*port.plugins());
  port.rescan();
  const auto end = std::chrono::steady_clock::now() + Patience;
  while (std::chrono::steady_clock::now() < end) {
    auto plugins = port.plugins();
    if (looksIn(*plugins) > before) return plugins;
    std::this_thread::sleep_for(Poll);
  }
  throw std::runtime_error("it hasn't finished the look within " + std::to_string(Patience.count()) +
                           " s; see its log");
}

/// Writes a line for each file; returns whether none was refused.
bool report(const Object& plugins, std::ostream& out, std::ostream& errors) {
  bool isWell = plugins.getValue<bool>("settingsTaken");
  if (!isWell) errors << "the settings were not taken, and nothing was changed: the server's log says what is wrong\n";
  const auto files = plugins.getArray("plugins");
  for (std::size_t i = 0; i < files->size(); ++i) {
    const auto file = files->getObject(static_cast<unsigned>(i));
    const auto state = file->getValue<std::string>("state");
    out << file->getValue<std::string>("file") << ": " << state;
    const auto name = file->getValue<std::string>("name");
    if (!name.empty()) out << ", " << name << ' ' << file->getValue<std::string>("version");
    if (file->has("refusal")) out << ": " << file->getValue<std::string>("refusal");
    out << '\n';
    if (state == "refused") isWell = false;
  }
  return isWell;
}

}  // namespace

bool rescanAt(const std::string& address, std::uint16_t port, std::ostream& out, std::ostream& errors) {
  const auto where = "the server at " + address + ":" + std::to_string(port);
  try {
    Port asked(address, port);
    return report(*rescan(asked), out, errors);
  } catch (const Poco::Exception& fault) {
    errors << where << " can't be asked: " << fault.displayText() << '\n';
  } catch (const std::exception& fault) {
    errors << where << ": " << fault.what() << '\n';
  }
  return false;
}

bool rescanByPidFile(const std::filesystem::path& file, std::ostream& out, std::ostream& errors) {
  std::ifstream stream(file);
  pid_t pid = 0;
  if (!(stream >> pid) || pid <= 1) {
    errors << file.string() << " contains no process id\n";
    return false;
  }
  if (::kill(pid, SIGHUP) != 0) {
    errors << "process " << pid << " of " << file.string() << ": " << std::strerror(errno) << '\n';
    return false;
  }
  out << "process " << pid << " was sent SIGHUP; the result is in its log\n";
  return true;
}

}  // namespace chat::app

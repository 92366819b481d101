#include "app/checks/StartFaults.h"

#include <Poco/Exception.h>
#include <Poco/Net/DNS.h>
#include <Poco/Net/IPAddress.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>

#include <cerrno>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "app/checks/Access.h"
#include "app/pages/BrowserClient.h"
#include "data/database/SqlDatabase.h"
#include "http/CorsPolicy.h"
#include "http/StaticFiles.h"
#include "plugin/file/LibraryFile.h"

namespace chat::app {
namespace {

namespace fs = std::filesystem;
using Faults = std::vector<std::string>;

// `key` is put before the reason; empty if the reason names it.
template <typename Build>
void expect(Faults& faults, const std::string& key, Build&& build) {
  const auto add = [&](const std::string& reason) { faults.push_back(key.empty() ? reason : key + ": " + reason); };
  try {
    build();
  } catch (const Poco::Exception& fault) {
    add(fault.displayText());
  } catch (const std::exception& fault) {
    add(fault.what());
  }
}

void addFault(Faults& faults, const std::string& key, const std::string& reason) {
  if (!reason.empty()) faults.push_back(key + ' ' + reason);
}

// Whether it is, or may be, an address: a name that can't be looked up because the name server is away may be right.
bool mayBeAddress(const std::string& text) {
  Poco::Net::IPAddress address;
  if (Poco::Net::IPAddress::tryParse(text, address)) return true;
  if (text.find(':') != std::string::npos || text.find_first_not_of("0123456789.") == std::string::npos) return false;
  try {
    Poco::Net::DNS::hostByName(text);
    return true;
  } catch (const Poco::Net::HostNotFoundException&) {
    return false;
  } catch (const Poco::Net::NoAddressFoundException&) {
    return false;
  } catch (const Poco::Exception&) {
    return true;
  }
}

// Binds for a moment, without listening, so a server that uses the port isn't disturbed.
bool mayBind(const std::string& address, std::uint16_t port) {
  try {
    Poco::Net::ServerSocket probe;
    probe.bind(Poco::Net::SocketAddress(address, port), true, false);
  } catch (const Poco::Exception& fault) {
    return fault.code() != EACCES;
  }
  return true;
}

void checkListening(Faults& faults, const std::string& keys, const std::string& address, std::uint16_t port) {
  if (!mayBeAddress(address)) {
    faults.push_back(keys + ".address is '" + address + "', but must be an address such as 127.0.0.1 or ::, or a " +
                     "name that this machine can look up");
  } else if (port != 0 && !mayBind(address, port)) {
    faults.push_back(keys + ".port is " + std::to_string(port) +
                     ", which this user may not listen at; take one from 1024 on, or give the process "
                     "CAP_NET_BIND_SERVICE");
  }
}

void checkPorts(Faults& faults, const Settings& settings) {
  const auto& [server, operations] = std::pair(settings.server, settings.operations);
  checkListening(faults, "server", server.address, server.port);
  if (operations.port == 0) return;
  checkListening(faults, "operations", operations.address, operations.port);
  const auto isWildcard = [](const std::string& address) { return address == "0.0.0.0" || address == "::"; };
  if (operations.port == server.port &&
      (operations.address == server.address || isWildcard(server.address) || isWildcard(operations.address))) {
    faults.push_back("operations.port is " + std::to_string(operations.port) + ", but that is server.port as well");
  }
}

void checkPages(Faults& faults, const Settings& settings) {
  auto options = settings.htdocs;
  std::error_code error;
  if (!fs::is_directory(options.folder, error)) {
    faults.push_back("htdocs.folder is '" + options.folder.string() + "', but there is no such folder");
    return;
  }
  bool complete = true;
  for (const auto& [path, file] : options.names) {
    if (fs::is_regular_file(options.folder / file, error)) continue;
    complete = false;
    faults.push_back("htdocs.pages has " + path + '=' + file.string() + ", but " + options.folder.string() +
                     " has no such file");
  }
  options.compress = false;  // takes time and can't fail
  if (complete) expect(faults, "htdocs.folder", [&] { http::StaticFiles{options}; });
}

void checkClient(Faults& faults, const Settings& settings) {
  if (!settings.clientFiles.serve) return;
  expect(faults, "", [&] {
    auto options = browserClient(settings, nullptr);
    options.compress = false;
    expect(faults, "socketio.clientFolder", [&] { http::StaticFiles{options}; });
  });
}

void checkCookie(Faults& faults, const engineio::SessionCookie& cookie) {
  if (!cookie.enabled()) return;
  if (!engineio::isCookieName(cookie.name)) {
    faults.push_back("engine.cookie.name '" + cookie.name + "' is not a valid name of a cookie");
  }
  if (cookie.sameSite == "none" && !cookie.secure) {
    faults.emplace_back(
        "engine.cookie.sameSite none needs engine.cookie.secure true: otherwise browsers drop the cookie");
  }
  for (const auto& [key, value] : {std::pair("path", &cookie.path), std::pair("domain", &cookie.domain)}) {
    if (engineio::isCookieAttribute(*value)) continue;
    faults.push_back(std::string("engine.cookie.") + key +
                     " must not contain spaces, semicolons or control characters");
  }
}

// Socket.IO's path must not be one of the server's other paths.
void checkSocketIoPath(Faults& faults, const Settings& settings) {
  const auto& path = settings.engine.path;
  if (path == "/") faults.emplace_back("socketio.path is '/', but that is where the pages are");
  if (settings.addTrailingSlash) return;
  for (const auto* taken : {"/ws/", "/healthz/", "/readyz/"}) {
    if (path == taken) faults.push_back("socketio.path is '" + path + "', but the server serves something else there");
  }
}

void checkDatabase(Faults& faults, const Settings& settings) {
  const auto& database = settings.database;
  const auto before = faults.size();
  expect(faults, "", [&] { data::SqlDatabase::checkOptions(database); });
  if (faults.size() == before) expect(faults, "schema.folder", [&] { data::SqlDatabase::checkSchema(database); });
  if (database.engine != data::Dialect::Sqlite) return;
  const auto folder = database.file.parent_path();
  const bool isDefault = folder == settings.dataFolder;
  addFault(faults, isDefault ? "data.folder" : "database.file", faultOfWritableFolder(folder));
  std::error_code error;
  if (fs::exists(database.file, error)) addFault(faults, "database.file", faultOfWritableFile(database.file));
}

void checkPluginFolders(Faults& faults, const Settings& settings) {
  const auto& plugins = settings.plugins;
  const bool isDefault = plugins.runFolder == settings.dataFolder / "plugins";
  const std::string key = isDefault ? "plugins.runFolder (in data.folder)" : "plugins.runFolder";
  const auto unwritable = faultOfWritableFolder(plugins.runFolder);
  // The data folder was checked already.
  const bool isKnown = isDefault && settings.database.engine == data::Dialect::Sqlite && !unwritable.empty() &&
                       !faultOfWritableFolder(settings.dataFolder).empty();
  if (!isKnown) addFault(faults, key, unwritable);
  addFault(faults, key, faultOfExecutableFolder(plugins.runFolder));
  if (!plugins.digests.empty()) {
    expect(faults, "plugins.digests", [&] { plugin::LibraryFile::read(plugins.digests); });
  }
}

}  // namespace

std::vector<std::string> startFaults(const Settings& settings) {
  Faults faults;
  checkPorts(faults, settings);
  if (!settings.server.portFile.empty()) {
    addFault(faults, "server.portFile", faultOfWritableFile(settings.server.portFile));
  }
  const auto& output = settings.logging.output;
  if (output != "stdout" && output != "stderr") addFault(faults, "logging.output", faultOfWritableFile(output));
  checkPages(faults, settings);
  checkClient(faults, settings);
  checkCookie(faults, settings.engine.cookie);
  checkSocketIoPath(faults, settings);
  expect(faults, "", [&] { http::CorsPolicy{settings.cors}; });
  checkDatabase(faults, settings);
  checkPluginFolders(faults, settings);
  return faults;
}

}  // namespace chat::app

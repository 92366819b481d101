#pragma once

#include <memory>

#include "app/settings/Settings.h"
#include "http/CorsPolicy.h"
#include "http/StaticFiles.h"

namespace chat::app {

/// The files of the browser client, served below Socket.IO's path as by the reference server: `socket.io.*` of
/// `socketio.clientFolder`, no other file of it. Errors: std::runtime_error if the folder has no `socket.io.js`.
http::StaticFiles::Options browserClient(const Settings& settings, std::shared_ptr<const http::CorsPolicy> cors);

}  // namespace chat::app

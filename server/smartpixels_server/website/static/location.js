// The page of one place: all its elements, and the connection that feeds them.

import "./announcer.js";
import "./dock.js";
import "./feed.js";
import "./lamps.js";
import "./picture.js";
import "./status.js";
import { connect } from "./connection.js";

connect();

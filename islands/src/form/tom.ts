// Tom Select with the one plug-in that pickers use; loaded only by pages that have a picker.
import "tom-select/dist/css/tom-select.bootstrap5.min.css";
import TomSelect from "tom-select/base";
import dropdownInput from "tom-select/plugins/dropdown_input/plugin.js";

TomSelect.define("dropdown_input", dropdownInput);
export default TomSelect;
